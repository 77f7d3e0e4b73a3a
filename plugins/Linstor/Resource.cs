using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Choices;
using NodeAgent.Plugins.LinstorBackend.Roles;
using NodeAgent.Plugins.LinstorBackend.Upkeep;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>A resource that the agent looks after: one unit.</summary>
internal sealed class Resource : IDisposable
{
    public Resource(BackendContext context, Places places, string name, VolumeKind kind)
    {
        Name = name;
        Kind = kind;
        Unit = new UnitId(context.Id, name);
        Book = new CertificateBook(context.Notes, Unit);
        Epochs = new SeenEpoch(Path.Combine(context.StateDirectory, $"epoch-{name}"));
        Parted = new ResourceMark(Path.Combine(context.StateDirectory, $"parted-{name}"));
        GoingBack = new ResourceMark(Path.Combine(context.StateDirectory, $"going-back-{name}"));
        Thawing = new ResourceMark(Path.Combine(context.StateDirectory, $"thawing-{name}"));
        Unflushed = new ResourceMark(Path.Combine(context.StateDirectory, $"unflushed-{name}"));
        Attached = new AttachedMark(Path.Combine(context.StateDirectory, $"attached-{name}"), places);
        Verified = new VerifyNotes(Path.Combine(context.StateDirectory, $"verified-{name}"));
        LastConnected = new LastConnected(Path.Combine(context.StateDirectory, $"connected-{name}"), context.Time);
    }

    public string Name { get; }

    public VolumeKind Kind { get; }

    public UnitId Unit { get; }

    public CertificateBook Book { get; }

    public SeenEpoch Epochs { get; }

    /// <summary>
    /// The agent itself took the connection away, and has to bring it back. A resource that parted from its peer for another reason,
    /// such as two histories, is left alone.
    /// </summary>
    public ResourceMark Parted { get; }

    /// <summary>Both copies are going back to a snapshot: what the kernel says of them proves nothing until that has ended.</summary>
    public ResourceMark GoingBack { get; }

    /// <summary>
    /// Writes were ordered to go on without the peer, and nobody has heard that this ended. It is ordered volume by volume: the first
    /// thaws all, and one that was not got to has no history of its own, so that the kernel would later call the peer's copy whole.
    /// </summary>
    public ResourceMark Thawing { get; }

    /// <summary>Its disk did not flush: its copy may have lost with the power what nobody knows of, until all of it was copied.</summary>
    public ResourceMark Unflushed { get; }

    /// <summary>Its disks were there since this node booted.</summary>
    public AttachedMark Attached { get; }

    /// <summary>When both copies were last compared from this node.</summary>
    public VerifyNotes Verified { get; }

    /// <summary>When the two copies were last seen connected.</summary>
    public LastConnected LastConnected { get; }

    /// <summary>One change of its life at a time: a promotion and the upkeep must not work against each other.</summary>
    public Gate Gate { get; } = new();

    /// <summary>Both copies are gone for good: what was begun with them means nothing for others that get the name.</summary>
    public Outcome ForgetMarks()
    {
        Verified.Forget();
        return new[] { Parted, GoingBack, Thawing, Unflushed }.Where(mark => mark.IsSet).Select(mark => mark.Clear()).FirstOrDefault(cleared => !cleared.IsOk) is { Fault: { } stays } ? stays : Outcome.Done;
    }

    public void Dispose() => Gate.Dispose();
}
