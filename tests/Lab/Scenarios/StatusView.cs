using System.Text.Json;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The status of the cluster as one node tells it: the document of `nodeagent status -o json`, asked over the same socket
/// without the seconds that the start of a command line costs under emulation.
/// </summary>
public sealed class StatusView
{
    public const string Command = "curl -sf --max-time 20 --unix-socket /run/nodeagent/control.sock http://agent/v1/status";

    private readonly JsonElement _root;

    private StatusView(JsonElement root) => _root = root;

    public IReadOnlyList<string> Problems => [.. _root.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("text").GetString()!)];

    public static async Task<StatusView> ReadAsync(LabNode node, CancellationToken cancel)
    {
        var text = await node.ExpectAsync(Command, TimeSpan.FromSeconds(40), cancel);
        using var parsed = JsonDocument.Parse(text);
        return new StatusView(parsed.RootElement.Clone());
    }

    /// <summary>Waits until the status of a node warns of something: in the problem itself or in what is to be done.</summary>
    public static Task WarnsAsync(LabNode node, string text, CancellationToken cancel) => node.UntilAsync(
        $"status says '{text}'", $"{Command} | jq -e '.problems | tostring | contains(\"{text}\")'", TimeSpan.FromMinutes(1), cancel);

    /// <summary>Null while the agent does not answer.</summary>
    public static async Task<StatusView?> TryReadAsync(LabNode node, CancellationToken cancel)
    {
        var told = await node.RunAsync(Command, TimeSpan.FromSeconds(40), cancel);
        if (!told.Ok)
        {
            return null;
        }

        using var parsed = JsonDocument.Parse(told.Output);
        return new StatusView(parsed.RootElement.Clone());
    }

    /// <summary>Whether the path to a peer works; null if it was not tried or is not there.</summary>
    public bool? PathIsUp(string peer, string network)
    {
        var path = Node(peer)?.GetProperty("paths").EnumerateArray().FirstOrDefault(path => path.GetProperty("network").GetString() == network);
        return path is { ValueKind: JsonValueKind.Object } found && found.GetProperty("isUp") is { ValueKind: not JsonValueKind.Null } up ? up.GetBoolean() : null;
    }

    public CopyView? Copy(string unit, string node)
    {
        var line = _root.GetProperty("units").EnumerateArray().FirstOrDefault(line => line.GetProperty("unit").GetString() == unit);
        if (line.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var copy = line.GetProperty("copies").EnumerateArray().FirstOrDefault(copy => copy.GetProperty("node").GetString() == node);
        if (copy.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var progress = copy.GetProperty("progress");
        return new CopyView(
            copy.GetProperty("state").GetString()!,
            copy.GetProperty("snapshot").GetString(),
            copy.GetProperty("dataAsOf") is { ValueKind: JsonValueKind.String } asOf ? _root.GetProperty("at").GetDateTimeOffset() - asOf.GetDateTimeOffset() : null,
            copy.GetProperty("problem").GetString(),
            progress.ValueKind == JsonValueKind.Object ? progress.GetProperty("doneBytes").GetInt64() : null);
    }

    public CopyView ExpectCopy(string unit, string node) =>
        Copy(unit, node) ?? throw new LabFailure($"status does not show a copy of {unit} on {node}: {_root}");

    public override string ToString() => _root.ToString();

    private JsonElement? Node(string name)
    {
        var node = _root.GetProperty("nodes").EnumerateArray().FirstOrDefault(node => node.GetProperty("name").GetString() == name);
        return node.ValueKind == JsonValueKind.Object ? node : null;
    }
}
