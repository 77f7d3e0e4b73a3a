using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>Options as they were written become options that are right, or all that is wrong with them at once.</summary>
internal static class OptionReading
{
    public static Outcome<MirrorOptions> From(BackendContext context)
    {
        var options = context.Options;
        var faults = MirrorOptions.All.Select(option => Wrong(option, options)).OfType<string>().ToList();
        faults.AddRange(options.Keys.Where(key => MirrorOptions.All.All(option => option.Name != key)).Order(StringComparer.Ordinal)
            .Select(key => $"option '{key}' is not known"));
        var nodes = options.TryGetValue("nodes", out var text) && OptionChecks.Nodes(text) is null ? OptionChecks.ReadNodes(text)! : [];
        var self = nodes.FindIndex(node => node.Id == context.Node);
        if (nodes.Count > 0 && self < 0)
        {
            faults.Add($"option 'nodes' does not name this node, {context.Node}");
        }

        var spares = options.TryGetValue("spares", out var written) && OptionChecks.Spares(written) is null ? OptionChecks.ReadSpares(written)! : [];
        faults.AddRange(WrongSpares(spares, nodes, options));
        if (options.TryGetValue("target-key-file", out var second) && options.TryGetValue("key-file", out var first) && second == first)
        {
            faults.Add("option 'target-key-file' names the file of 'key-file': the second secret must be another");
        }

        return faults.Count > 0
            ? new Fault(FaultCode.InvalidArgument, $"cannot make backend {context.Id}", string.Join("; ", faults), "Correct the options of this backend in the configuration.", Retry.Never)
            : Made(context, nodes[self], nodes[1 - self], self == 0) with
            {
                TargetKeyFile = options.GetValueOrDefault("target-key-file"),
                DhGroup = options.GetValueOrDefault("dhgroup", ""),
                Spares = [.. spares.Where(node => node.Node == context.Node.Value).SelectMany(node => node.Drives)],
            };
    }

    private static IEnumerable<string> WrongSpares(List<(string Node, List<Guid> Drives)> spares, List<MirrorNode> nodes, IReadOnlyDictionary<string, string> options)
    {
        if (nodes.Count > 0 && spares.Find(node => !nodes.Exists(known => known.Id.Value == node.Node)) is { Node: { } stranger })
        {
            yield return $"option 'spares' names {stranger}, which is none of the two nodes";
        }

        var paired = options.TryGetValue("pairs", out var text) ? OptionChecks.ReadPairs(text) ?? [] : [];
        if (spares.SelectMany(node => node.Drives).Cast<Guid?>().FirstOrDefault(drive => paired.Exists(pair => pair.First == drive || pair.Second == drive)) is { } both)
        {
            yield return $"option 'spares' names {both}, which is in 'pairs' too";
        }
    }

    private static string? Wrong(BackendOption option, IReadOnlyDictionary<string, string> given) =>
        !given.TryGetValue(option.Name, out var value) ? (option.Required ? $"option '{option.Name}' is missing" : null)
        : option.Check(value) is { } wrong ? $"option '{option.Name}': {wrong}"
        : null;

    private static MirrorOptions Made(BackendContext context, MirrorNode self, MirrorNode peer, bool isFirst)
    {
        var given = context.Options;
        var pairs = OptionChecks.ReadPairs(given["pairs"])!.Select((pair, index) =>
            isFirst ? new DrivePair(index, pair.First, pair.Second) : new DrivePair(index, pair.Second, pair.First));
        return new MirrorOptions(
            given["site"], given["pool"], self, peer, [.. pairs], given["key-file"],
            given.TryGetValue("port", out var port) ? int.Parse(port, CultureInfo.InvariantCulture) : MirrorOptions.DefaultPort,
            given.GetValueOrDefault("profile", "strict") == "strict",
            given.GetValueOrDefault("mountpoint", $"/nodeagent/{context.Id}"));
    }
}
