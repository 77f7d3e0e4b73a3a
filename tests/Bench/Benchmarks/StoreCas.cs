using System.Diagnostics;
using System.Text;

using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Running;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>A compare-and-swap through the cluster store, beside the same question over a bare HttpClient, on one etcd.</summary>
internal sealed class StoreCas : IBenchmark
{
    private const string Etcd = "/usr/bin/etcd";
    private const int Runs = 400;
    private const double MostRatio = 1.5;

    public string Name => "store-cas";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        if (!File.Exists(Etcd))
        {
            throw new CannotRunException("etcd is not installed (package etcd-server)");
        }

        var folder = Directory.CreateTempSubdirectory("nodeagent-bench-");
        var client = new Uri($"http://{FreePort.On("127.0.0.1")}");
        var peer = $"http://{FreePort.On("127.0.0.2")}";
        var start = new ProcessStartInfo(Etcd, ["--name", "m", "--data-dir", folder.FullName, "--initial-cluster", $"m={peer}", "--initial-advertise-peer-urls", peer,
            "--listen-peer-urls", peer, "--listen-client-urls", client.OriginalString, "--advertise-client-urls", client.OriginalString, "--logger", "zap", "--log-level", "error"]);
        using var process = Process.Start(start)!;
        try
        {
            return await MeasureAsync(client);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(Uri client)
    {
        await using var store = new EtcdStore(new([client]) { Deadline = TimeSpan.FromSeconds(20) }, new BootTimeProvider(), () => 0.5);
        using var http = new HttpClient();
        var revision = await FirstAsync(store);
        var (ours, bare) = (new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            revision = Done(await store.CommitAsync(new([new("/bench/a", revision)], [StoreChange.Put("/bench/a", $"{run}")]), CancellationToken.None));
            ours.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            started = Stopwatch.GetTimestamp();
            using var content = new StringContent(Question(revision), Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(new Uri(client, "/v3/kv/txn"), content);
            var text = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            bare.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            revision = text.Contains("\"succeeded\":true", StringComparison.Ordinal) ? revision + 1 : throw new CannotRunException(text);
        }

        var half = Figure.Beside($"{Name}.p50", At(ours, 0.5), "ms", "HttpClient", At(bare, 0.5));
        return [half with { Bar = Bar.AtMost(half.Ratio!.Value, MostRatio, "x peer") }, Figure.Beside($"{Name}.p99", At(ours, 0.99), "ms", "HttpClient", At(bare, 0.99))];
    }

    private static async Task<long> FirstAsync(EtcdStore store)
    {
        var read = await store.ReadAsync(KeyRange.Of("/bench/a"), CancellationToken.None);
        return read.IsOk ? Done(await store.CommitAsync(new([], [StoreChange.Put("/bench/a", "0")]), CancellationToken.None)) : throw new CannotRunException(read.Fault.ToString());
    }

    private static long Done(Commit commit) => commit.Happened == Answer.Yes ? commit.Revision : throw new CannotRunException($"{commit}");

    private static double At(List<double> values, double part) => values.Order().ElementAt((int)((values.Count - 1) * part));

    private static string Question(long revision) => $$$"""
        {"compare":[{"key":"{{{Key}}}","target":"MOD","result":"EQUAL","mod_revision":"{{{revision}}}"}],"success":[{"request_put":{"key":"{{{Key}}}","value":"MQ=="}}]}
        """;

    private static string Key { get; } = Convert.ToBase64String("/bench/a"u8);
}
