using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Bench.Agents;

/// <summary>Two nodes of a cluster in this process: only their links, no backends.</summary>
internal sealed class LinkedNodes : IAsyncDisposable
{
    private readonly PeerNode first;
    private readonly PeerNode second;

    private LinkedNodes(PeerNode first, PeerNode second)
    {
        this.first = first;
        this.second = second;
    }

    /// <summary>The link from the second node to the first.</summary>
    public PeerLink Link => second.Links.Find(first.Self)!;

    public static async Task<LinkedNodes> StartAsync(string root, IPeerEndpoints endpoints)
    {
        var time = TimeProvider.System;
        var places = new[] { FreePort.On("127.0.0.1"), FreePort.On("127.0.0.2") };
        var founded = ClusterFounding.Run(new ClusterFolder(Path.Combine(root, "n1")), new NodeId("n1"), Addresses(places[0]), time);
        _ = Good(founded);
        var founder = await RunAsync(root, 1, places[0], [endpoints]);
        var token = Good(founder.CreateToken(null));
        var joiner = new Joiner(new ClusterFolder(Path.Combine(root, "n2")), new LinkDeadlines(), time);
        _ = Good(await joiner.JoinAsync(new JoinOrder(token, [], new NodeId("n2"), Addresses(places[1])), CancellationToken.None));
        var joined = await RunAsync(root, 2, places[1], []);
        await joined.Links.ProbeAsync(CancellationToken.None);
        await founder.Links.ProbeAsync(CancellationToken.None);
        return new LinkedNodes(founder, joined);
    }

    public async ValueTask DisposeAsync()
    {
        await second.DisposeAsync();
        await first.DisposeAsync();
    }

    private static async Task<PeerNode> RunAsync(string root, int number, IPEndPoint place, IReadOnlyList<IPeerEndpoints> endpoints) => Good(
        await PeerNode.StartAsync(
            new PeerSettings(
                Path.Combine(root, $"n{number}"), [place], [new LocalNetwork("bench", place.Address)], new AgentFacts("bench", $"boot-{number}"), new LinkDeadlines()),
            endpoints,
            new Surroundings(TimeProvider.System, NullLoggerFactory.Instance),
            CancellationToken.None));

    private static ImmutableArray<MemberAddress> Addresses(IPEndPoint place) => [new MemberAddress("bench", place)];

    private static T Good<T>(Outcome<T> outcome) => outcome.IsOk ? outcome.Value : throw new CannotRunException(outcome.Fault.ToString());
}
