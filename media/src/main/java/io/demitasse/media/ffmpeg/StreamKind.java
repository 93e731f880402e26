package io.demitasse.media.ffmpeg;

import org.bytedeco.ffmpeg.global.avutil;

/** What is decoded of a file. */
public enum StreamKind {
  SOUND("sound", avutil.AVMEDIA_TYPE_AUDIO, "flac,ogg,mp3,aac,g722,mov,mp4"),
  VIDEO("video", avutil.AVMEDIA_TYPE_VIDEO, "avi,matroska,webm,mov,mp4,mpegts,mpeg,ogg");

  private final String text;
  private final int type;
  private final String formats;

  StreamKind(String text, int type, String formats) {
    this.text = text;
    this.type = type;
    this.formats = formats;
  }

  /** As a sentence calls it. */
  String text() {
    return text;
  }

  int type() {
    return type;
  }

  /**
   * The containers that are opened. FFmpeg knows hundreds, among them lists of other files and of
   * addresses, which a file that nobody has looked at must not lead to.
   */
  String formats() {
    return formats;
  }
}
