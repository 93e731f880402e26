package io.demitasse.media.program;

import io.demitasse.data.Program;
import java.util.List;

/** What a program will be made of, once it has been read and judged. */
interface ProgramPlan {

  /** Everything that does not fit. */
  List<String> problems();

  /** The program, where there are no problems. */
  Program program();
}
