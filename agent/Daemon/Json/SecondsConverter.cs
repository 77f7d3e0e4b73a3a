using System.Text.Json;
using System.Text.Json.Serialization;

namespace NodeAgent.Daemon.Json;

/// <summary>A span as a number of seconds.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    private const double MostSeconds = 10_000_000_000;

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && Math.Abs(seconds) <= MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new JsonException("a span is a number of seconds");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Math.Round(value.TotalSeconds, 6));
}
