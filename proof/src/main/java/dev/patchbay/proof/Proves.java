package dev.patchbay.proof;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which statement of {@code acceptance.txt} a test method (or every test of a class) proves.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(Proves.List.class)
public @interface Proves {
  /** The statement's id, such as {@code S004-02}. */
  String value();

  /** What part of the statement is proved, where an issue qualifies it; empty for the whole. */
  String part() default "";

  /** Holds several {@link Proves} on one element. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface List {
    /** The single annotations. */
    Proves[] value();
  }
}
