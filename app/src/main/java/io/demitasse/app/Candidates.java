package io.demitasse.app;

import io.demitasse.app.demo.Demo;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.BuiltInRecipes;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.zoo.Zoo;
import java.util.Iterator;

/** Names that a shell may complete, by what they name. */
final class Candidates {
  private Candidates() {}

  /** Names of passes. */
  static final class Passes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Catalogue.all().keySet().iterator();
    }
  }

  /** Names of ready recipes. */
  static final class Recipes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return BuiltInRecipes.NAMES.iterator();
    }
  }

  /** Names of presets. */
  static final class Presets implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Preset.names().iterator();
    }
  }

  /** What may be preferred. */
  static final class Preferences implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Preference.names().iterator();
    }
  }

  /** Ways to search. */
  static final class SearchMethods implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SearchMethod.names().iterator();
    }
  }

  /** Names of tasks. */
  static final class Tasks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TaskProvider.known().iterator();
    }
  }

  /** Names of architectures. */
  static final class Architectures implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Zoo.names().iterator();
    }
  }

  /** Names of ready models. */
  static final class Demos implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Demo.ALL.stream().map(Demo::name).iterator();
    }
  }
}
