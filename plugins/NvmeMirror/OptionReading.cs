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

        return faults.Count > 0
            ? new Fault(FaultCode.InvalidArgument, $"cannot make backend {context.Id}", string.Join("; ", faults), "Correct the options of this backend in the configuration.", Retry.Never)
            : Made(context, nodes[self], nodes[1 - self], self == 0);
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
