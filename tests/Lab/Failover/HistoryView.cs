using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>What the nodes say they decided and did, oldest first.</summary>
public sealed partial class HistoryView
{
    private const string Command = "curl -sf --max-time 40 --unix-socket /run/nodeagent/control.sock http://agent/v1/history";

    private HistoryView(IReadOnlyList<HistoryEvent> events, int silent) => (Events, Silent) = (events, silent);

    public IReadOnlyList<HistoryEvent> Events { get; }

    /// <summary>How many nodes did not answer: what they told is missing.</summary>
    public int Silent { get; }

    public static async Task<HistoryView> ReadAsync(LabNode asked, CancellationToken cancel)
    {
        var text = await asked.ExpectAsync(Command, TimeSpan.FromSeconds(60), cancel);
        using var parsed = JsonDocument.Parse(text);
        var events = parsed.RootElement.GetProperty("found").EnumerateArray().Select(line => new HistoryEvent(
            line.GetProperty("at").GetDateTimeOffset(),
            int.Parse(line.GetProperty("node").GetString()![4..], CultureInfo.InvariantCulture),
            line.GetProperty("kind").GetString()!,
            line.GetProperty("subject").GetString()!,
            line.GetProperty("text").GetString()!));
        return new HistoryView([.. events.OrderBy(line => line.At)], parsed.RootElement.GetProperty("unread").GetArrayLength());
    }

    /// <summary>The last event of a kind about a subject on a node, after a moment; null if there is none.</summary>
    public HistoryEvent? Last(int node, string kind, string subject, DateTimeOffset after) =>
        Events.LastOrDefault(line => line.Node == node && line.Kind == kind && line.Subject == subject && line.At >= after);

    /// <summary>Who could write from when on: the moment at which a node asked for the epoch in which it then ran the service.</summary>
    public IReadOnlyList<(DateTimeOffset From, int Node)> Reigns(string service)
    {
        List<(DateTimeOffset, int)> reigns = [];
        var asked = new Dictionary<int, DateTimeOffset>();
        foreach (var line in Events.Where(line => line.Subject == service))
        {
            if (line.Kind == "takes")
            {
                asked[line.Node] = line.At;
            }
            else if (line.Kind == "runs" && asked.Remove(line.Node, out var from))
            {
                reigns.Add((from, line.Node));
            }
        }

        return [.. reigns.OrderBy(reign => reign.Item1)];
    }

    /// <summary>The loss that a take stated before it, in seconds.</summary>
    public static double StatedLoss(string text) =>
        text.Contains("nothing is lost", StringComparison.Ordinal) ? 0
        : AtMost().Match(text) is { Success: true } said ? double.Parse(said.Groups["seconds"].Value, CultureInfo.InvariantCulture)
        : double.NaN;

    [GeneratedRegex("at most (?<seconds>[0-9.]+) s of writes are lost", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AtMost();
}
