using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>
/// Real nodes in one process: node N listens on 127.0.0.N ("fast") and 127.0.1.N ("mgmt"), each with its own state.
/// </summary>
internal sealed class PeerCluster : IAsyncDisposable
{
    private readonly TempFolder states = new();
    private readonly List<PeerNode> nodes = [];
    private readonly Dictionary<int, ImmutableArray<IPEndPoint>> places = [];

    public PeerCluster(TimeProvider time) => Time = time;

    public TimeProvider Time { get; }

    public CaughtLog Log { get; } = new();

    public LinkDeadlines Deadlines { get; init; } = new();

    public PeerNode this[int index] => nodes[index - 1];

    public string State(int index) => states[$"n{index}"];

    /// <summary>A cluster of the given size, all joined through tokens.</summary>
    public static async Task<PeerCluster> StartAsync(int size, TimeProvider time, params IPeerEndpoints[] endpoints)
    {
        var cluster = new PeerCluster(time);
        await cluster.FoundAsync(endpoints);
        for (var index = 2; index <= size; index++)
        {
            Is.Ok(await cluster.JoinAsync(index));
            await cluster.RunAsync(index, endpoints);
        }

        await cluster.LevelAsync();
        return cluster;
    }

    public async Task FoundAsync(params IPeerEndpoints[] endpoints)
    {
        Is.Ok(ClusterFounding.Run(new(State(1)), new("n1"), Addresses(1), Time));
        await RunAsync(1, endpoints);
    }

    public Task<Outcome<MemberList>> JoinAsync(int index, JoinToken? token = null, ImmutableArray<MemberAddress>? addresses = null) =>
        new Joiner(new(State(index)), Deadlines, Time).JoinAsync(
            new(token ?? Is.Ok(this[1].CreateToken(null)), [], new($"n{index}"), addresses ?? Addresses(index)), default);

    public async Task<PeerNode> RunAsync(int index, params IPeerEndpoints[] endpoints)
    {
        ImmutableList<LocalNetwork> networks =
            [new("fast", IPAddress.Parse($"127.0.0.{index}")), new("mgmt", IPAddress.Parse($"127.0.1.{index}"))];
        var settings = new PeerSettings(State(index), Places(index), networks, new("1.2.3", $"boot-{index}"), Deadlines);
        var node = Is.Ok(await PeerNode.StartAsync(settings, endpoints, new(Time, Log), default));
        nodes.Add(node);
        return node;
    }

    public ImmutableArray<MemberAddress> Addresses(int index) =>
        [new("fast", Places(index)[0]), new("mgmt", Places(index)[1])];

    /// <summary>Probes until all lists are level.</summary>
    public async Task LevelAsync()
    {
        foreach (var node in nodes.Concat(nodes))
        {
            await node.Links.ProbeAsync(default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        states.Dispose();
    }

    private ImmutableArray<IPEndPoint> Places(int index)
    {
        if (!places.TryGetValue(index, out var place))
        {
            place = [FreePort($"127.0.0.{index}"), FreePort($"127.0.1.{index}")];
            places[index] = place;
        }

        return place;
    }

    private static IPEndPoint FreePort(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
