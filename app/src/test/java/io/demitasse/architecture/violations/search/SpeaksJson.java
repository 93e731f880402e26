package io.demitasse.architecture.violations.search;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Uses Jackson outside of recipes and reports. */
final class SpeaksJson {
  ObjectMapper mapper = new ObjectMapper();
}
