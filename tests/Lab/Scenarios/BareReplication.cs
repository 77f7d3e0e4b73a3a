using System.Diagnostics;
using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>zfs send | socat → socat | zfs receive, from node 1 to node 2 over the first replication network.</summary>
public static class BareReplication
{
    public static async Task<BareTransfer> SendAsync(Stage stage, string snapshot, string? since, string target, CancellationToken cancel)
    {
        var limit = TimeSpan.FromMinutes(10);
        var from = since is null ? string.Empty : $"-i {since} ";
        var began = Stopwatch.GetTimestamp();
        var receiving = stage[2].ExpectAsync($"socat -u -b 1048576 TCP-LISTEN:7000,reuseaddr,rcvbuf=4194304 STDOUT | zfs receive -F {target}", limit, cancel);
        var address = stage[2].Address(Link.ReplicationA);
        // The receiver may not listen yet: the sender's socket tries again every 50 ms.
        var sent = await stage[1].ExpectAsync(
            $"zfs send -L -c {from}{snapshot} | socat -u -b 1048576 STDIN TCP:{address}:7000,retry=200,interval=0.05,sndbuf=4194304; "
            + $"zfs send -n -P -L -c {from}{snapshot} | awk '$1 == \"size\" {{ print $2 }}'",
            limit, cancel);
        await receiving;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new BareTransfer(long.Parse(sent.Trim(), CultureInfo.InvariantCulture) / 1048576.0, seconds);
    }
}
