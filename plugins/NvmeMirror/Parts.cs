using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;
using NodeAgent.Plugins.NvmeMirrorBackend.Names;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Targets;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>What all abilities stand on.</summary>
internal sealed class Parts
{
    public Parts(BackendContext context, MirrorOptions options, Places places, Knock knock)
    {
        Context = context;
        Options = options;
        Places = places;
        Unit = new UnitId(context.Id, options.Pool);
        var names = new NvmeNames(options.Site);
        Tool = new PoolTool(context.Commands, options.Pool, places);
        Sight = new PoolSight(context.Time);
        Layout = new Layout(options);
        Exports = new Exports(options, Layout, names, places, context.Time);
        Connections = new Connections(options, Layout, names, places, knock);
        Book = new CertificateBook(context.Notes, Unit, Layout.Take);
        Knobs = new MultihostKnobs(places);
        Epochs = new SeenEpoch(Path.Combine(context.StateDirectory, "epoch"));
    }

    public BackendContext Context { get; }

    public MirrorOptions Options { get; }

    public Places Places { get; }

    public Layout Layout { get; }

    /// <summary>The mirrors, of the drives that they are made of now.</summary>
    public IReadOnlyList<DrivePair> Pairs => Layout.Pairs;

    /// <summary>The only unit: the pool.</summary>
    public UnitId Unit { get; }

    public PoolTool Tool { get; }

    /// <summary>Whether the upkeep can see the pool.</summary>
    public PoolSight Sight { get; }

    public Exports Exports { get; }

    public Connections Connections { get; }

    public CertificateBook Book { get; }

    public MultihostKnobs Knobs { get; }

    public SeenEpoch Epochs { get; }

    public NodeId Self => Options.Self.Id;

    public NodeId Peer => Options.Peer.Id;

    public TimeProvider Time => Context.Time;

    /// <summary>One change of the pool's life at a time: a promotion and the upkeep must not work against each other.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public void Say(Severity severity, string text) => Context.Log.Write(severity, text);

    public Fault? Check(UnitId unit) => unit == Unit
        ? null
        : new Fault(FaultCode.NotFound, $"cannot look at unit {unit}", $"this backend has one unit, {Unit}", "Use that, or another backend.", Retry.Never);

    /// <summary>What is wrong with the grant itself, or null.</summary>
    public Fault? Check(WriteGrant grant, string what) =>
        grant.Unit != Unit ? new Fault(FaultCode.InvalidArgument, what, $"the grant is for {grant.Unit}, not for {Unit}", "Ask with the unit's own grant.", Retry.Never)
        : grant.Holder == Self ? null
        : new Fault(FaultCode.NotWriter, what, $"the grant is {grant.Holder}'s, this node is {Self}", $"Do it on {grant.Holder}.", Retry.Never);
}
