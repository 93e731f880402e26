package io.demitasse.app;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import io.demitasse.architecture.ParsedSources;
import io.demitasse.pass.Pass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the source of a pass says of it in its comment, as Markdown. */
final class PassSource {
  private final StringBuilder markdown = new StringBuilder();
  private boolean drawing;

  private PassSource() {}

  /**
   * Reads the comment over a pass.
   *
   * @param project the folder of the checkout
   */
  static String markdown(Path project, Class<? extends Pass> pass) throws IOException {
    PassSource source = new PassSource();
    comment(project.resolve(file(pass))).getFullBody().forEach(source::add);
    return source
        .markdown
        .toString()
        .replaceAll("(?m)[ ]+$", "")
        .replaceAll("\n{3,}", "\n\n")
        .strip();
  }

  /** Where the source of a pass lies in the checkout. */
  static String file(Class<? extends Pass> pass) {
    return "core/src/main/java/" + pass.getName().replace('.', '/') + ".java";
  }

  private static DocCommentTree comment(Path file) throws IOException {
    List<DocCommentTree> comments = new ArrayList<>();
    ParsedSources.visit(
        List.of(file),
        (unit, task) -> {
          TreePath type = TreePath.getPath(unit, unit.getTypeDecls().getFirst());
          DocCommentTree comment = DocTrees.instance(task).getDocCommentTree(type);
          if (comment != null) {
            comments.add(comment);
          }
        });
    if (comments.isEmpty()) {
      throw new IllegalStateException(file + " has no comment over its class");
    }
    return comments.getFirst();
  }

  private void add(DocTree tree) {
    switch (tree) {
      case TextTree text -> addText(text.getBody());
      case EntityTree entity -> markdown.append(character(entity.getName().toString()));
      case LiteralTree literal -> addCode(literal.getBody().getBody());
      case LinkTree link -> addCode(link.getReference().getSignature());
      case StartElementTree start -> addStart(start.getName().toString());
      case EndElementTree end -> addEnd(end.getName().toString());
      default ->
          throw new IllegalStateException(
              "a comment with " + tree.getKind() + ": teach PassSource");
    }
  }

  private void addText(String text) {
    markdown.append(drawing ? text : text.replaceAll("([*_<])", "\\\\$1").replaceAll("\n +", "\n"));
  }

  private void addCode(String code) {
    markdown.append(drawing ? code : "`" + code + "`");
  }

  private void addStart(String element) {
    switch (element) {
      case "pre" -> {
        markdown.append("\n\n```text");
        drawing = true;
      }
      case "p" -> markdown.append("\n\n");
      case "ul", "ol" -> markdown.append("\n");
      case "li" -> markdown.append("\n* ");
      default ->
          throw new IllegalStateException("a comment with <" + element + ">: teach PassSource");
    }
  }

  private void addEnd(String element) {
    if (element.equals("pre")) {
      markdown.setLength(markdown.toString().stripTrailing().length());
      markdown.append("\n```\n\n");
      drawing = false;
    }
  }

  private static String character(String entity) {
    return switch (entity) {
      case "lt" -> "<";
      case "gt" -> ">";
      case "amp" -> "&";
      default ->
          throw new IllegalStateException("a comment with &" + entity + ";: teach PassSource");
    };
  }
}
