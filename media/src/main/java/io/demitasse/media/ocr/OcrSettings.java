package io.demitasse.media.ocr;

/** All settings of reading text in pictures. */
public record OcrSettings(DetectorSettings detector, LineSettings lines) {

  /** What PP-OCR's models are used with. */
  public static final OcrSettings DEFAULT =
      new OcrSettings(DetectorSettings.DEFAULT, LineSettings.DEFAULT);
}
