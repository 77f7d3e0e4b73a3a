using System.Text.Json.Serialization;

namespace NodeAgent.Lab.Scenarios;

/// <summary>One line of the report. Null means that the figure has no meaning there; a skipped scenario neither passed nor failed.</summary>
public sealed record ScenarioResult(
    [property: JsonPropertyName("scenario")] string Scenario,
    [property: JsonPropertyName("passed")] bool? Passed,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("acknowledged")] long? Acknowledged,
    [property: JsonPropertyName("lost")] long? Lost,
    [property: JsonPropertyName("rto_s")] double? RtoSeconds,
    [property: JsonPropertyName("rpo_s")] double? RpoSeconds,
    [property: JsonPropertyName("second_writer")] bool? SecondWriter,
    [property: JsonPropertyName("notes")] string? Notes)
{
    [JsonIgnore]
    public string Verdict => Passed switch { true => "passed", false => "FAILED", null => "skipped" };
}
