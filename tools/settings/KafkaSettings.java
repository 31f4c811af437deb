import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;

/** Prints every setting of the broker on the class path, one JSON object a line: what Kafka's own definition says. */
public final class KafkaSettings {
    public static void main(String[] arguments) throws Exception {
        Object broker = Class.forName("kafka.server.KafkaConfig$").getField("MODULE$").get(null);
        ConfigDef definition = definitionOf(broker);
        Object dynamic = Class.forName("kafka.server.DynamicBrokerConfig$").getField("MODULE$").get(null);
        Set<String> all = names(dynamic, "AllDynamicConfigs");
        Set<String> perBroker = names(dynamic, "PerBrokerConfigs");
        for (Map.Entry<String, ConfigDef.ConfigKey> entry : new TreeMap<>(definition.configKeys()).entrySet()) {
            ConfigDef.ConfigKey key = entry.getValue();
            List<String> fields = new ArrayList<>();
            fields.add("\"name\":" + quoted(key.name));
            fields.add("\"type\":" + quoted(key.type.name().toLowerCase(Locale.ROOT)));
            if (key.hasDefault() && key.defaultValue != null)
                fields.add("\"default\":" + quoted(ConfigDef.convertToString(key.defaultValue, key.type)));
            if (!key.hasDefault()) fields.add("\"required\":true");
            fields.addAll(limits(key.validator));
            if (all.contains(key.name))
                fields.add("\"dynamic\":" + quoted(perBroker.contains(key.name) ? "per-broker" : "cluster-wide"));
            String told = key.documentation == null ? "" : key.documentation.toLowerCase(Locale.ROOT);
            if (told.startsWith("deprecated") || told.matches("(?s).*(this (config|configuration|setting|property) (is|has been) (now )?deprecated|is deprecated).*"))
                fields.add("\"deprecated\":true");
            System.out.println("{" + String.join(",", fields) + "}");
        }
    }

    private static ConfigDef definitionOf(Object broker) throws Exception {
        for (Method method : broker.getClass().getMethods())
            if (method.getName().endsWith("configDef") && method.getParameterCount() == 0) return (ConfigDef) method.invoke(broker);
        for (Field field : broker.getClass().getDeclaredFields())
            if (field.getName().endsWith("configDef")) {
                field.setAccessible(true);
                return (ConfigDef) field.get(broker);
            }
        throw new IllegalStateException("this version keeps its definition elsewhere");
    }

    /** What a Scala or Java set of names holds. */
    private static Set<String> names(Object owner, String method) throws Exception {
        Method found = null;
        for (Method each : owner.getClass().getDeclaredMethods())
            if (each.getName().toLowerCase(Locale.ROOT).endsWith(method.toLowerCase(Locale.ROOT)) && each.getParameterCount() == 0) found = each;
        if (found == null) throw new IllegalStateException("no " + method);
        found.setAccessible(true);
        Object value = found.invoke(owner);
        Set<String> result = new TreeSet<>();
        if (value instanceof Collection) {
            for (Object each : (Collection<?>) value) result.add(each.toString());
            return result;
        }
        Object iterator = value.getClass().getMethod("iterator").invoke(value);
        Class<?> kind = Class.forName("scala.collection.Iterator");
        while ((Boolean) kind.getMethod("hasNext").invoke(iterator)) result.add(kind.getMethod("next").invoke(iterator).toString());
        return result;
    }

    private static List<String> limits(ConfigDef.Validator validator) throws Exception {
        List<String> fields = new ArrayList<>();
        if (validator == null) return fields;
        for (Field field : validator.getClass().getDeclaredFields()) {
            if (java.lang.reflect.Modifier.isStatic(field.getModifiers())) continue;
            field.setAccessible(true);
            Object value = field.get(validator);
            if (value == null) continue;
            switch (field.getName()) {
                case "min": case "max": fields.add("\"" + field.getName() + "\":" + value); break;
                case "validStrings": fields.add("\"oneOf\":" + list((Collection<?>) value)); break;
                case "validString": fields.addAll(limits((ConfigDef.Validator) value)); break;
                case "validators": for (Object each : (List<?>) value) fields.addAll(limits((ConfigDef.Validator) each)); break;
                default:
            }
        }
        fields.add("\"validator\":" + quoted(validator.getClass().getSimpleName()));
        return fields;
    }

    private static String list(Collection<?> values) {
        List<String> parts = new ArrayList<>();
        for (Object each : values) parts.add(quoted(String.valueOf(each)));
        return "[" + String.join(",", parts) + "]";
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') out.append('\\').append(each);
            else if (each < ' ') out.append(String.format("\\u%04x", (int) each));
            else out.append(each);
        }
        return out.append('"').toString();
    }
}
