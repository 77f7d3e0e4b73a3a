using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>What provisioning stands on. Nothing of this is given to what promotes, demotes, looks after or tells of copies.</summary>
internal sealed class ControllerParts : IDisposable
{
    private readonly ControllerLink link;

    public ControllerParts(Parts drbd, ControllerOptions options)
    {
        (Drbd, Options) = (drbd, options);
        link = new ControllerLink(options, drbd.Time);
        Looks = new ControllerLooks(link);
        Changes = new ControllerChanges(link);
        Readiness = new Readiness(this);
        Arrival = new Arrival(drbd);
    }

    public Parts Drbd { get; }

    public ControllerOptions Options { get; }

    public ControllerLooks Looks { get; }

    public ControllerChanges Changes { get; }

    public Readiness Readiness { get; }

    public Arrival Arrival { get; }

    /// <summary>Both nodes, as the agent calls them; LINSTOR must call them so too.</summary>
    public IReadOnlyList<string> Nodes => [.. Drbd.Both];

    public void Dispose() => link.Dispose();
}
