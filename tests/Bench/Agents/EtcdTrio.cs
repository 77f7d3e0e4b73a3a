using System.Diagnostics;
using System.Globalization;
using NodeAgent.Bench.Running;

namespace NodeAgent.Bench.Agents;

/// <summary>Three etcd members on 127.0.0.1, .2 and .3, with the environment that the package gives them; without TLS.</summary>
internal sealed class EtcdTrio : IAsyncDisposable
{
    private const string Program = "/usr/bin/etcd";
    private readonly List<Process> members = [];

    /// <summary>Where clients ask.</summary>
    public IReadOnlyList<Uri> Endpoints { get; } = [.. Enumerable.Range(1, 3).Select(number => new Uri($"http://{FreePort.On($"127.0.0.{number}")}"))];

    /// <summary>The processes, in the order of <see cref="Endpoints"/>.</summary>
    public IReadOnlyList<int> Pids => [.. members.Select(member => member.Id)];

    public static EtcdTrio Start(string folder)
    {
        if (!File.Exists(Program))
        {
            throw new CannotRunException("etcd is not installed (package etcd-server)");
        }

        var trio = new EtcdTrio();
        var peers = Enumerable.Range(1, 3).Select(number => $"http://{FreePort.On($"127.0.0.{number}")}").ToList();
        var seats = string.Join(',', peers.Select((peer, index) => $"m{index}={peer}"));
        for (var index = 0; index < 3; index++)
        {
            var client = trio.Endpoints[index].GetLeftPart(UriPartial.Authority);
            var start = new ProcessStartInfo(Program,
            [
                "--name", $"m{index}", "--data-dir", Path.Combine(folder, $"etcd{index}"), "--initial-cluster", seats, "--initial-advertise-peer-urls", peers[index],
                "--listen-peer-urls", peers[index], "--listen-client-urls", client, "--advertise-client-urls", client, "--logger", "zap", "--log-level", "error",
            ]);
            foreach (var (name, value) in Built.EtcdEnvironment)
            {
                start.Environment[name] = value;
            }

            trio.members.Add(Process.Start(start)!);
        }

        return trio;
    }

    /// <summary>How many requests all members have answered so far, and how many writes they agreed on.</summary>
    public async Task<(double Requests, double Writes)> CountAsync()
    {
        using var http = new HttpClient();
        var (requests, writes) = (0.0, 0.0);
        foreach (var endpoint in Endpoints)
        {
            var lines = (await http.GetStringAsync(new Uri(endpoint, "/metrics"))).Split('\n');
            requests += Sum(lines, "grpc_server_handled_total{");
            writes = Math.Max(writes, Sum(lines, "etcd_server_proposals_applied_total "));
        }

        return (requests, writes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in members)
        {
            member.Kill();
            await member.WaitForExitAsync();
            member.Dispose();
        }
    }

    private static double Sum(IEnumerable<string> lines, string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
