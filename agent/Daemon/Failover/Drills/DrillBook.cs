using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>The signed reports of this node's drills: <c>STATE/drills</c>, the newest few hundred.</summary>
internal sealed class DrillBook(string folder)
{
    private const int MostFiles = 300;
    private readonly ConcurrentDictionary<string, DrillReport> last = new(StringComparer.Ordinal);

    /// <summary>The last drill of each service that was run from this node.</summary>
    public IReadOnlyList<DrillReport> Last => [.. last.Values.OrderBy(report => report.Service, StringComparer.Ordinal)];

    /// <summary>Reads what is there. A file that cannot be read is left out: it is evidence, not state.</summary>
    public void Load()
    {
        foreach (var file in Files())
        {
            try
            {
                using var text = JsonDocument.Parse(File.ReadAllText(file));
                if (text.RootElement.TryGetProperty("report", out var said)
                    && WireJson.Read<DrillReport>(Encoding.UTF8.GetBytes(said.GetRawText()), $"drill {file}") is { IsOk: true } report)
                {
                    last[report.Value.Service] = report.Value with { File = file };
                }
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
            {
                continue;
            }
        }
    }

    /// <summary>Keeps a report; the path of its file.</summary>
    public Outcome<DrillReport> Keep(DrillReport report, string sealedText)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.PreconditionFailed, $"cannot keep the report of the drill in {folder}", refused.Message, "Mend the folder.", Retry.AfterFix);
        }

        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{report.StartedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{report.Service}.json"));
        var written = AtomicFile.Write(path, Encoding.UTF8.GetBytes(sealedText));
        if (!written.IsOk)
        {
            return written.Fault;
        }

        var kept = report with { File = path };
        last[report.Service] = kept;
        foreach (var old in Files().SkipLast(MostFiles))
        {
            _ = AtomicFile.Delete(old);
        }

        return kept;
    }

    // Their names begin with the time: by name is by age.
    private List<string> Files() =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)] : [];
}
