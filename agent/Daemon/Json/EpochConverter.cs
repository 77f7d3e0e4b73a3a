using System.Text.Json;
using System.Text.Json.Serialization;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Json;

/// <summary>An epoch as a plain number that is not negative.</summary>
internal sealed class EpochConverter : JsonConverter<Epoch>
{
    public override Epoch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0
            ? new Epoch(value)
            : throw new JsonException("an epoch is a whole number of at least 0");

    public override void Write(Utf8JsonWriter writer, Epoch value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
