using System.Text.Json;
using System.Text.Json.Serialization;

namespace NodeAgent.Daemon.Json;

/// <summary>An identity as a plain JSON string; also as the key of an object.</summary>
internal sealed class TextConverter<T>(Func<T, string> write, Func<string, T> read) : JsonConverter<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 and < 256 } text
            ? read(text)
            : throw new JsonException($"a {typeof(T).Name} is a string of 1 to 255 characters");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(write(value));

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(write(value));
}
