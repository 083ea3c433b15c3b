package dev.patchbay.agent.journal;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.Yield;
import java.net.InetAddress;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Plans and records as JSON: sealed types carry their simple name under {@code is}, names and
 * addresses are plain text.
 */
public final class JournalJson {
  /** The mapper for everything in the journal and in {@code -o json}. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .annotationIntrospector(new SealedTypes())
          .addModule(texts())
          // only what a record is made of, not what it can tell
          .changeDefaultVisibility(seen -> seen.withIsGetterVisibility(Visibility.NONE))
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private JournalJson() {}

  @SuppressWarnings("rawtypes") // a class literal has no type arguments
  private static SimpleModule texts() {
    var module = new SimpleModule("names and addresses as text");
    text(module, IfName.class, IfName::new);
    text(module, MacAddress.class, MacAddress::new);
    text(module, Cidr.class, Cidr::parse);
    module.addSerializer(InetAddress.class, new Writer<>(InetAddress.class, IpText::of));
    module.addDeserializer(InetAddress.class, new Reader<>(InetAddress.class, Cidr::ip));
    module.addSerializer(Ref.class, new Writer<>(Ref.class, Ref::name));
    module.addDeserializer(Ref.class, new Reader<>(Ref.class, Ref<Yield>::new));
    return module;
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> reader) {
    module.addSerializer(type, new Writer<>(type, Object::toString));
    module.addDeserializer(type, new Reader<>(type, reader));
  }

  /** Finds the subtypes of a sealed interface by itself, so that a new op needs no registration. */
  private static final class SealedTypes extends JacksonAnnotationIntrospector {
    @Override
    public JsonTypeInfo.Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
      Class<?> type = annotated.getRawType();
      return annotated instanceof AnnotatedClass && type.isInterface() && type.isSealed()
          ? JsonTypeInfo.Value.construct(
              JsonTypeInfo.Id.SIMPLE_NAME, JsonTypeInfo.As.PROPERTY, "is", null, false, true, null)
          : super.findPolymorphicTypeInfo(config, annotated);
    }
  }

  private static final class Writer<T> extends ValueSerializer<T> {
    private final Class<T> type;
    private final Function<T, String> text;

    Writer(Class<T> type, Function<T, String> text) {
      this.type = type;
      this.text = text;
    }

    @Override
    public Class<T> handledType() {
      return type;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
      out.writeString(text.apply(value));
    }
  }

  private static final class Reader<T> extends ValueDeserializer<T> {
    private final Class<T> type;
    private final Function<String, T> reader;

    Reader(Class<T> type, Function<String, T> reader) {
      this.type = type;
      this.reader = reader;
    }

    @Override
    public Class<T> handledType() {
      return type;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) {
      return reader.apply(in.getString());
    }
  }
}
