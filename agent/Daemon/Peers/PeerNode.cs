using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Peers;

/// <summary>This node among its peers: the listener, the links, and on the issuer the desk that lets others in.</summary>
internal sealed class PeerNode : IAsyncDisposable
{
    private readonly MemberRoll roll;
    private readonly MemberIssuer? issuer;
    private readonly TokenBook tokens;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ReceivedStreams received = new();
    private readonly CancellationTokenSource stopping = new();
    private PeerServer? server;
    private Task? upkeep;
    private int disposals;

    private PeerNode(PeerSettings settings, ClusterFolder folder, ClusterIdentity loaded, MemberRoll roll, Surroundings around)
    {
        this.roll = roll;
        time = around.Time;
        log = around.Logs.CreateLogger<PeerNode>();
        Identity = new(loaded);
        Trust = new(loaded.Node, roll, time);
        issuer = loaded.Authority is { } authority ? new(authority, roll, time) : null;
        tokens = new(folder.TokensPath, time);
        Desk = new(Identity, roll, settings.Facts, time);
        Links = new(
            new(Identity, Trust, settings.Networks, settings.Links, time) { Limits = settings.Limits, Received = received }, roll,
            new(Desk, roll, settings.Links, time));
        Renewal = new(folder, Identity, roll, Links, issuer, time);
    }

    public NodeIdentity Identity { get; }

    public PeerTrust Trust { get; }

    public PeerLinks Links { get; }

    public Renewal Renewal { get; }

    public NodeId Self => Identity.Node;

    public MemberList Members => roll.List;

    /// <summary>Alerts want this: metrics expose it, an alert rings 14 days before.</summary>
    public DateTimeOffset CertificateEnd => new(Identity.Current.Certificate.NotAfter);

    /// <summary>When the newest of the cluster's authorities ends: certificates cannot be renewed beyond it.</summary>
    public DateTimeOffset AuthorityEnd => Trust.Authorities.Max(authority => new DateTimeOffset(authority.NotAfter));

    private HelloDesk Desk { get; }

    /// <summary>Loads the identity, listens, and begins to probe. Not in a cluster: a fault with reason notInCluster.</summary>
    public static async Task<Outcome<PeerNode>> StartAsync(
        PeerSettings settings, IReadOnlyList<IPeerEndpoints> endpoints, Surroundings around,
        CancellationToken cancellation)
    {
        var folder = new ClusterFolder(settings.StateFolder);
        var loaded = folder.Load();
        if (!loaded.IsOk)
        {
            return loaded.Fault;
        }

        var swept = folder.Sweep();
        var members = swept.IsOk ? MemberRoll.Load(folder) : swept.Fault;
        if (!members.IsOk)
        {
            return members.Fault;
        }

        var node = new PeerNode(settings, folder, loaded.Value, members.Value, around);
        var listening = await PeerServer.StartAsync(node.ServerOptions(settings, endpoints, around), cancellation);
        if (!listening.IsOk)
        {
            await node.DisposeAsync();
            return listening.Fault;
        }

        node.server = listening.Value;
        node.Links.Start();
        node.upkeep = node.RenewForeverAsync(node.stopping.Token);
        return node;
    }

    /// <summary>A token for one new node. Only on the issuer.</summary>
    public Outcome<JoinToken> CreateToken(TimeSpan? lifetime) => issuer is null
        ? PeerFaults.NotIssuer(Self, Members.Issuer)
        : tokens.Create(
            issuer.AuthorityFingerprint,
            [.. Members.Find(Self)?.Addresses.Select(address => address.EndPoint) ?? []],
            lifetime ?? TokenBook.DefaultLifetime);

    /// <summary>Removes a member: its certificates are refused from now on. Only on the issuer.</summary>
    public Outcome Remove(NodeId node) =>
        issuer is null ? PeerFaults.NotIssuer(Self, Members.Issuer) : issuer.Remove(node);

    /// <summary>Changes a member's addresses. Only on the issuer.</summary>
    public Outcome Readdress(NodeId node, ImmutableArray<MemberAddress> addresses) =>
        issuer is null ? PeerFaults.NotIssuer(Self, Members.Issuer) : issuer.Readdress(node, addresses);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref disposals) > 1)
        {
            return;
        }

        await stopping.CancelAsync();
        if (upkeep is not null)
        {
            await upkeep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Links.DisposeAsync();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        stopping.Dispose();
    }

    private PeerServerOptions ServerOptions(
        PeerSettings settings, IReadOnlyList<IPeerEndpoints> endpoints, Surroundings around)
    {
        var desk = issuer is null ? null : new JoinDesk(issuer, roll, tokens, time);
        return new(Identity, Trust, settings.Listen,
        [
            new HelloEndpoint(Desk),
            new MembersEndpoint(roll),
            new JoinEndpoint(roll, Self, desk, around.Logs.CreateLogger<JoinEndpoint>()),
            new RenewEndpoint(roll, Self, issuer),
            .. endpoints,
        ], received, time, around.Logs);
    }

    private async Task RenewForeverAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var renewed = await Renewal.RunIfDueAsync(cancellation);
            if (!renewed.IsOk)
            {
                log.LogWarning("cannot renew this node's certificate, valid until {End}: {Reason}", CertificateEnd, renewed.Fault);
            }

            await Task.Delay(TimeSpan.FromHours(1), time, cancellation);
        }
    }
}
