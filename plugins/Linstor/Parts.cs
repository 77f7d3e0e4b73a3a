using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>What all abilities stand on.</summary>
internal sealed class Parts
{
    public Parts(BackendContext context, DrbdOptions options, Places places)
    {
        Context = context;
        Options = options;
        Places = places;
        Tool = new DrbdTool(context.Commands, places, options);
        Mounts = new Mounts(Tool, places, options.Mountpoint, context.Time);
        Resources = [.. options.Resources.Select(entry => new Resource(context, places, entry.Key, entry.Value))];
    }

    public BackendContext Context { get; }

    public DrbdOptions Options { get; }

    public Places Places { get; }

    public DrbdTool Tool { get; }

    public Mounts Mounts { get; }

    /// <summary>By name.</summary>
    public ImmutableArray<Resource> Resources { get; }

    public NodeId Self => Options.Self;

    public NodeId Peer => Options.Peer;

    public TimeProvider Time => Context.Time;

    public ImmutableSortedSet<string> Both => ImmutableSortedSet.Create(StringComparer.Ordinal, Self.Value, Peer.Value);

    public void Say(Severity severity, string text) => Context.Log.Write(severity, text);

    public Outcome<Resource> Find(UnitId unit) =>
        Resources.FirstOrDefault(resource => resource.Unit == unit) is { } found ? found : new Fault(
            FaultCode.NotFound, $"cannot look at unit {unit}", $"option 'resources' of this backend names {string.Join(", ", Resources.Select(resource => resource.Name))}",
            "Use one of those, or name it there.", Retry.Never);
}
