using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Replication;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>What all abilities stand on.</summary>
internal sealed record Parts(BackendContext Context, Layout Layout, ZfsTool Tool, Units Units)
{
    public NodeId Node => Context.Node;

    public TimeProvider Time => Context.Time;

    public RunningReceives Receives { get; } = new(Context.Time);
}
