"""Every model of a folder in 8 bits by ONNX Runtime's own dynamic quantization, by channel.

All else in the folder is copied, so that `demitasse evaluate` and `bench` set it beside what Demitasse makes:
    pip install onnxruntime onnx
    python dynamic_folder.py FOLDER OUT
"""

import pathlib
import shutil
import sys

from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process


def main(folder, out):
    shutil.copytree(folder, out)
    for model in sorted(pathlib.Path(folder).glob("*.onnx")):
        prepared = pathlib.Path(out) / ("prepared-" + model.name)
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        result = pathlib.Path(out) / model.name
        quantize_dynamic(str(prepared), str(result), per_channel=True, weight_type=QuantType.QInt8)
        prepared.unlink()
        print(model.name, model.stat().st_size, "to", result.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
