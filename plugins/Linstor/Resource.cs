using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Roles;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>A resource that the agent looks after: one unit.</summary>
internal sealed class Resource : IDisposable
{
    public Resource(BackendContext context, string name, VolumeKind kind)
    {
        Name = name;
        Kind = kind;
        Unit = new UnitId(context.Id, name);
        Book = new CertificateBook(context.Notes, Unit);
        Epochs = new SeenEpoch(Path.Combine(context.StateDirectory, $"epoch-{name}"));
        Parted = new PartedMark(context.StateDirectory, name);
    }

    public string Name { get; }

    public VolumeKind Kind { get; }

    public UnitId Unit { get; }

    public CertificateBook Book { get; }

    public SeenEpoch Epochs { get; }

    public PartedMark Parted { get; }

    /// <summary>One change of its life at a time: a promotion and the upkeep must not work against each other.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public void Dispose() => Gate.Dispose();
}
