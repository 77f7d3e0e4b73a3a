using System.Collections.Immutable;
using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Hosting;

/// <summary>This node's place in a cluster: none at first, then one that is founded or joined while the agent runs.</summary>
internal sealed class ClusterSeat(AgentConfig config, AgentFacts facts, Surroundings around, IReadOnlyList<IPeerEndpoints> endpoints)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim changing = new(1);
    private readonly ClusterFolder folder = new(config.State);
    private volatile PeerNode? node;

    /// <summary>The node among its peers; null while it is in no cluster.</summary>
    public PeerNode? Node => node;

    /// <summary>All members but this node.</summary>
    public IReadOnlyList<NodeId> Others =>
        node is { } known ? [.. known.Members.Members.Select(member => member.Node).Where(member => member != config.Node)] : [];

    /// <summary>Each member's addresses.</summary>
    public IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> AddressesOf() => (node?.Members.Members ?? [])
        .ToDictionary(member => member.Node, IReadOnlyList<IPAddress> (member) => [.. member.Addresses.Select(address => address.EndPoint.Address)]);

    /// <summary>Takes the seat if the node has one. In no cluster: done.</summary>
    public async Task<Outcome> StartAsync(CancellationToken cancellation)
    {
        if (!folder.Exists)
        {
            return Outcome.Done;
        }

        var started = await PeerNode.StartAsync(Settings(), endpoints, around, cancellation);
        if (!started.IsOk)
        {
            return started.Fault;
        }

        if (started.Value.Self != config.Node)
        {
            var was = started.Value.Self;
            await started.Value.DisposeAsync();
            return new Fault(FaultCode.PreconditionFailed, $"cannot take part in the cluster as {config.Node}",
                $"this node's certificate names it {was}", $"Set node.name to {was}: a member keeps its name.", Retry.AfterFix);
        }

        node = started.Value;
        return Outcome.Done;
    }

    /// <summary>Founds a cluster of one.</summary>
    public async Task<Outcome<MemberList>> FoundAsync(CancellationToken cancellation)
    {
        await changing.WaitAsync(cancellation);
        try
        {
            var founded = ClusterFounding.Run(folder, config.Node, Addresses(), around.Time);
            return await SitDownAsync(founded, cancellation);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Joins a cluster with a one-time token.</summary>
    public async Task<Outcome<MemberList>> JoinAsync(string token, string? through, CancellationToken cancellation)
    {
        var parsed = JoinToken.Parse(token);
        var address = ParseThrough(through);
        if (!parsed.IsOk || !address.IsOk)
        {
            return parsed.Fault ?? address.Fault!;
        }

        await changing.WaitAsync(cancellation);
        try
        {
            var order = new JoinOrder(parsed.Value, address.Value, config.Node, Addresses());
            var joined = await new Joiner(folder, new LinkDeadlines(), around.Time).JoinAsync(order, cancellation);
            return await SitDownAsync(joined, cancellation);
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Puts new rate limits in force.</summary>
    public void SetLimits(AgentConfig wanted) => node?.Links.SetLimits(Limits(wanted));

    /// <summary>The seat, or a fault that says how to get one.</summary>
    public Outcome<PeerNode> Required() => node is { } known ? known : PeerFaults.NotInCluster();

    public async ValueTask DisposeAsync()
    {
        changing.Dispose();
        if (node is { } known)
        {
            await known.DisposeAsync();
        }
    }

    private async Task<Outcome<MemberList>> SitDownAsync(Outcome<MemberList> list, CancellationToken cancellation)
    {
        var started = list.IsOk ? await StartAsync(cancellation) : Outcome.Done;
        return started.IsOk ? list : started.Fault;
    }

    private PeerSettings Settings() => new(
        config.State,
        [.. Addresses().Select(address => address.EndPoint)],
        [.. Networks().Select(network => new LocalNetwork(network.Name, network.Address))],
        facts,
        new LinkDeadlines())
    {
        Limits = Limits(config),
    };

    private ImmutableArray<MemberAddress> Addresses() =>
        [.. Networks().Select(network => new MemberAddress(network.Name, new IPEndPoint(network.Address, config.Peers.Port)))];

    private IEnumerable<NetworkConfig> Networks() => config.Peers.Networks.Select(name => config.Networks[name]);

    private static NetworkLimits Limits(AgentConfig config) => NetworkLimits.Of(config.Peers.Networks.Select(name => (name, config.Networks[name].RateLimit)));

    private Outcome<ImmutableArray<IPEndPoint>> ParseThrough(string? text)
    {
        if (text is null)
        {
            return ImmutableArray<IPEndPoint>.Empty;
        }

        if (!IPEndPoint.TryParse(text, out var address))
        {
            return new Fault(FaultCode.InvalidArgument, $"cannot join through '{text}'", "it is not an address",
                "Give an IP address, with :PORT if it is not the usual one.", Retry.Never);
        }

        return ImmutableArray.Create(address.Port == 0 ? new IPEndPoint(address.Address, config.Peers.Port) : address);
    }
}
