using System.Globalization;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>
/// Writers that stand outside the nodes, one for each: each commits rows to the PostgreSQL of its node whenever there is one.
/// If two nodes ever wrote, both would acknowledge, and it would be seen here.
/// </summary>
public sealed class OutsideWriters : IDisposable
{
    // Ten rows a second from each: enough to see any gap, and little enough for emulated processors.
    private const string Pause = "0.1";

    private readonly Lock _gate = new();
    private readonly List<Acknowledgement> _acknowledged = [];
    private readonly List<string> _said = [];
    private readonly List<RemoteCommand> _writers = [];

    public OutsideWriters(LabCluster cluster, int nodes)
    {
        for (var number = 1; number <= nodes; number++)
        {
            var node = cluster[number];
            var argv = cluster.Network.Inside("python3", LabFolders.Client, node.Name, node.Address(Link.Management), Pause);
            _writers.Add(new RemoteCommand(argv, line => Take(node.Number, line)));
        }
    }

    public IReadOnlyList<Acknowledgement> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _acknowledged];
            }
        }
    }

    /// <summary>What the writers said besides acknowledgements: connections that came and went.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_gate)
            {
                return [.. _said];
            }
        }
    }

    public Acknowledgement? Last(int node) => All.LastOrDefault(ack => ack.Node == node);

    /// <summary>The first row that a node other than this one acknowledged, sent after a moment.</summary>
    public Acknowledgement? FirstElsewhere(int node, DateTimeOffset since) => All.FirstOrDefault(ack => ack.Node != node && ack.Sent >= since);

    public void Dispose() => _writers.ForEach(writer => writer.Dispose());

    private void Take(int node, string line)
    {
        var words = line.Split(' ');
        lock (_gate)
        {
            if (words is ["ack", var number, var sent, var heard])
            {
                _acknowledged.Add(new Acknowledgement(node, long.Parse(number, CultureInfo.InvariantCulture), Time(sent), Time(heard)));
            }
            else
            {
                _said.Add($"node{node}: {line}");
            }
        }
    }

    private static DateTimeOffset Time(string seconds) =>
        DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
}
