using System.Text.Json;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>Reads what fio prints with --output-format=json. Tried with 3.33. What is missing or makes no sense is a fault, never a zero.</summary>
internal static class FioOutput
{
    private const double NanosecondsPerMillisecond = 1e6;
    private const double Mega = 1e6;

    public static Outcome<BenchFigure> Parse(string text, FioJob job)
    {
        // Remarks of fio may stand before the document, never after it.
        var begin = text.StartsWith('{') ? 0 : text.IndexOf("\n{", StringComparison.Ordinal) + 1;
        if (begin == 0 && !text.StartsWith('{'))
        {
            return Broken(job, "it printed no JSON", text);
        }

        try
        {
            using var document = JsonDocument.Parse(text.AsMemory(begin));
            return Read(document.RootElement, job);
        }
        catch (JsonException broken)
        {
            return Broken(job, $"line {broken.LineNumber + 1}: {broken.Message}", text);
        }
        catch (FormatException missing)
        {
            return Broken(job, missing.Message, text);
        }
    }

    private static BenchFigure Read(JsonElement root, FioJob job)
    {
        var jobs = Member(root, "jobs", "");
        if (jobs.ValueKind != JsonValueKind.Array || jobs.GetArrayLength() != 1)
        {
            throw new FormatException("field jobs: exactly one job was asked for");
        }

        var found = jobs[0];
        if (Member(found, "jobname", "jobs[0]") is not { ValueKind: JsonValueKind.String } name || name.GetString() != job.Name)
        {
            throw new FormatException($"field jobs[0].jobname: not {job.Name}");
        }

        if (Number(found, "error", "jobs[0]") is not 0d and var error)
        {
            throw new FormatException($"field jobs[0].error: the job ended with error {error}");
        }

        var section = Member(found, job.Section, "jobs[0]");
        var path = $"jobs[0].{job.Latencies}";
        var spans = Member(Member(found, job.Latencies, "jobs[0]"), job.Latencies == "sync" ? "lat_ns" : "clat_ns", path);
        var percentiles = Member(spans, "percentile", path);
        var iops = Number(section, "iops", $"jobs[0].{job.Section}");
        var figure = new BenchFigure(
            job.Name, iops, Number(section, "bw_bytes", $"jobs[0].{job.Section}") / Mega,
            new Latency(At("50.000000"), At("95.000000"), At("99.000000"), At("99.900000"), Number(spans, "max", path) / NanosecondsPerMillisecond));
        return iops > 0 && Number(spans, "N", path) > 0 ? figure : throw new FormatException($"field {path}: nothing was measured");

        double At(string percentile) => Number(percentiles, percentile, $"{path}.percentile") / NanosecondsPerMillisecond;
    }

    private static JsonElement Member(JsonElement value, string name, string path) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : throw new FormatException($"field {path}.{name}: it is missing");

    private static double Number(JsonElement value, string name, string path) =>
        Member(value, name, path) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var found) && double.IsFinite(found) && found >= 0
            ? found
            : throw new FormatException($"field {path}.{name}: no number of 0 or more");

    private static Fault Broken(FioJob job, string why, string text) => new(
        FaultCode.Unparseable, $"cannot read what fio measured with {job.File}", why, "Run it by hand: fio --output-format=json. Tried with fio 3.33.", Retry.Never)
    {
        Native = text.Length > 200 ? text[..200] : text,
    };
}
