package io.demitasse.app;

import io.demitasse.Demitasse;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what a model is for and what it is judged on. */
final class TaskOptions {
  @Option(
      names = "--task",
      paramLabel = "NAME",
      completionCandidates = Candidates.Tasks.class,
      description =
          "What the model is for: ${COMPLETION-CANDIDATES}. Default: agreement with the original;"
              + " for a bundle of program ocr without data, ocr on the built-in pages.")
  private @Nullable String task;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Samples of what the model takes: a text file, JSON lines or a table, one sample a line;"
              + " a folder of files; tensors as .npy or .npz. Folders train, calibration,"
              + " validation and test in it, or \"split\" in a line of JSON, say what samples are"
              + " for; else they are divided by a hash. Without any, inputs are invented: weak"
              + " evidence.")
  private @Nullable Path data;

  @Option(
      names = "--pooling",
      paramLabel = "KIND",
      description = "How token vectors become the embedding of a text: mean or first.")
  private @Nullable String pooling;

  @Option(
      names = "--shape",
      paramLabel = "NAME=N,...",
      description =
          "Sizes of open dimensions where inputs are invented, such as batch=1,sequence=64.")
  private @Nullable String shape;

  @Option(
      names = "--image",
      paramLabel = "KEY=VALUE,...",
      description =
          "How pictures become the input of a single model, such as"
              + " size=224,mean=0.5,0.5,0.5,std=0.5,0.5,0.5. Keys: size, shortest, crop, scale,"
              + " mean, std, channels, layout, filter. What is not said is as"
              + " preprocessor_config.json beside the model says, else as usual for ImageNet.")
  private @Nullable String image;

  @Option(
      names = "--sound",
      paramLabel = "KEY=VALUE,...",
      description =
          "How sounds become the input of a single model, such as"
              + " rate=16000,features=log-mel,bands=80,seconds=30. Keys: rate, trim, seconds,"
              + " normalize, features (log-mel, filterbank, mfcc), bands, window, hop, scale,"
              + " coefficients, energy. What is not said is as preprocessor_config.json beside the"
              + " model says, else rate=16000.")
  private @Nullable String sound;

  @Option(
      names = "--fields",
      paramLabel = "ROLE=NAME,...",
      description =
          "Which columns of a table, or keys of JSON lines, hold what, where they are not called as"
              + " usual, such as text=review,label=stars. Roles: text, second, file, label, score,"
              + " split, tokens, tags, mask.")
  private @Nullable String fields;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description =
          "For --task zero-shot: the sentence that the name of a class is put into, such as \"a"
              + " drawing of a {}\". Default: \"a photo of a {}\".")
  private @Nullable String template;

  @Option(
      names = "--normalization",
      paramLabel = "NAME",
      description =
          "For --task speech: how transcripts are made alike before they are compared: english (the"
              + " default), basic for other languages, or none.")
  private @Nullable String normalization;

  @Option(
      names = "--groups",
      paramLabel = "FIELD",
      description =
          "Tell what the budget holds by groups of samples too: a column of a table, a key of JSON"
              + " lines, or label. Groups of fewer than 20 are told together.")
  private @Nullable String groups;

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Mixin private final MemoryOption memory = new MemoryOption();

  void apply(Demitasse job) {
    if (task != null) {
      job.task(task);
    }
    if (data != null) {
      job.data(data);
    }
    if (pooling != null) {
      job.taskOption("pooling", pooling);
    }
    if (shape != null) {
      job.sizes(ShapeOption.parse(shape, List.of()));
    }
    if (memory.isGiven()) {
      job.memory(memory.memory().bytes());
    }
    if (image != null) {
      job.taskOption("image", image);
    }
    if (sound != null) {
      job.taskOption("sound", sound);
    }
    if (fields != null) {
      job.taskOption("fields", fields);
    }
    if (template != null) {
      job.taskOption("template", template);
    }
    if (normalization != null) {
      job.taskOption("normalization", normalization);
    }
    if (groups != null) {
      job.taskOption("groups", groups);
    }
    job.threads(threads.count());
  }
}
