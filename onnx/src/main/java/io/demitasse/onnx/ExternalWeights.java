package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.Message;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.ExternalWeight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the tensors of a parsed file whose content lies in others, wherever in it they stand. */
final class ExternalWeights {
  private final ModelProto model;
  private final TensorDecoder decoder;
  private final ExternalData data;
  private final List<ExternalWeight> found = new ArrayList<>();

  ExternalWeights(Source source, ModelProto model) {
    this.model = model;
    this.decoder = new TensorDecoder(source);
    this.data = new ExternalData(source);
  }

  List<ExternalWeight> find() {
    visit(model);
    return List.copyOf(found);
  }

  private void visit(Message message) {
    for (Object field : message.getAllFields().values()) {
      List<?> children = field instanceof List<?> list ? list : List.of(field);
      for (Object child : children) {
        if (child instanceof TensorProto tensor) {
          add(tensor, message == model.getGraph() ? tensor.getName() : "");
        } else if (child instanceof Message inner) {
          visit(inner);
        }
      }
    }
  }

  private void add(TensorProto tensor, String name) {
    if (tensor.getDataLocation() != DataLocation.EXTERNAL) {
      return;
    }
    String what = "tensor '" + tensor.getName() + "'";
    Tensor content = decoder.decode(tensor, what);
    if (content.dataType() != DataType.STRING) {
      Map<String, String> entries = ModelDecoder.entries(tensor.getExternalDataList());
      found.add(
          new ExternalWeight(
              name, data.file(entries, what), data.offset(entries, what), content.byteSize()));
    }
  }
}
