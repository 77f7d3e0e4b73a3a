using System.Text;
using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Conformance.Reports;

/// <summary>How a backend did.</summary>
/// <param name="Subject">The backend.</param>
/// <param name="Capabilities">What it claims.</param>
/// <param name="Results">One entry a check, in order.</param>
public sealed record ConformanceReport(string Subject, Capabilities Capabilities, IReadOnlyList<CheckResult> Results)
{
    /// <summary>True if no check failed.</summary>
    public bool Passed => Results.All(r => r.Verdict != Verdict.Failed);

    /// <summary>How many went that way.</summary>
    public int Count(Verdict verdict) => Results.Count(r => r.Verdict == verdict);

    /// <summary>One line a check and a summary, for people.</summary>
    public string ToText()
    {
        var width = Results.Count == 0 ? 0 : Results.Max(r => r.Id.Length);
        var text = new StringBuilder();
        foreach (var result in Results)
        {
            text.Append($"{Word(result.Verdict),-7} {result.Id.PadRight(width)} {result.Duration.TotalMilliseconds,7:F0} ms");
            text.Append(result.Detail.Length == 0 ? "\n" : $"  {result.Detail}\n");
        }

        return text
            .Append($"{Subject}: {Count(Verdict.Passed)} passed, {Count(Verdict.Failed)} failed, {Count(Verdict.Skipped)} skipped\n")
            .ToString();
    }

    /// <summary>The same for programs: an object with "subject", "passed", "capabilities" and "checks".</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("subject", Subject);
            json.WriteBoolean("passed", Passed);
            json.WriteString("capabilities", Capabilities.ToString());
            json.WriteStartArray("checks");
            foreach (var result in Results)
            {
                json.WriteStartObject();
                json.WriteString("id", result.Id);
                json.WriteString("sentence", result.Sentence);
                json.WriteString("needs", result.Needs.ToString());
                json.WriteString("verdict", Word(result.Verdict));
                json.WriteString("detail", result.Detail);
                json.WriteNumber("milliseconds", Math.Round(result.Duration.TotalMilliseconds, 1));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "FAILED",
        _ => "skipped",
    };
}
