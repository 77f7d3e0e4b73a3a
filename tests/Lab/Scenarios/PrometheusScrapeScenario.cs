using System.Text.Json;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A real Prometheus with the rules of the package scrapes the nodes.</summary>
public sealed class PrometheusScrapeScenario : ClusterScenario
{
    private const string Address = "10.77.0.1:9990";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public override string Name => "prometheus-scrape";

    public override string About => "a real Prometheus with the package's rules scrapes all nodes: up, recovery points, rules without errors";

    public override string? Obstacle(Stage stage) =>
        base.Obstacle(stage) ?? (File.Exists("/usr/bin/prometheus") ? null : "the host has no prometheus (apt-get install prometheus)");

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        await CreateAsync(stage, "db", "5s", cancel, 2, 3);
        var folder = Path.Combine(stage[1].Folder, "..", "prometheus");
        Directory.CreateDirectory(folder);
        // The rules as they are installed, not as they lie in the repository.
        await stage[1].CopyFromAsync("/usr/share/nodeagent/prometheus/nodeagent.rules.yml", Path.Combine(folder, "rules.yml"), cancel);
        var targets = string.Join(", ", stage.Cluster.Running.Select(node => $"\"{node.Address(Link.Management)}:9440\""));
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 5s }
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: nodeagent
                static_configs: [{ targets: [{{targets}}], labels: { cluster: lab } }]
            """, cancel);
        var said = new List<string>();
        using var prometheus = new RemoteCommand(stage.Cluster.Network.Inside(
            "prometheus", $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={Address}", "--log.level=warn"), said.Add);
        try
        {
            await Patience.UntilAsync("all nodes are up", Limit, cancel, async () =>
                prometheus.HasExited ? throw new LabFailure("Prometheus ended: " + string.Join('\n', said))
                : await QueryAsync(stage, "sum(up{job=\"nodeagent\"})", cancel) == 3, TimeSpan.FromSeconds(1));
            await Patience.UntilAsync("recovery points of both copies", Limit, cancel, async () =>
                await QueryAsync(stage, "count(nodeagent_replication_recovery_point_timestamp_seconds{unit=\"tank:db\"} > 0)", cancel) >= 2, TimeSpan.FromSeconds(1));
            await Patience.UntilAsync("a fresh recovery point", Limit, cancel, async () =>
                await QueryAsync(stage, "min(time() - nodeagent_replication_recovery_point_timestamp_seconds{unit=\"tank:db\"})", cancel) < 30, TimeSpan.FromSeconds(1));
            await RulesAsync(stage, cancel);
            var slowest = await QueryAsync(stage, "max(scrape_duration_seconds)", cancel);
            stage.Note($"3 nodes up, slowest scrape {slowest * 1000:F0} ms, {await QueryAsync(stage, "max(scrape_samples_scraped)", cancel):F0} samples at most");
            Stage.Require(await QueryAsync(stage, "sum(nodeagent_unit_writer{unit=\"tank:db\"})", cancel) == 1, "not exactly one node says that it is the writer");
        }
        catch (LabFailure failure)
        {
            throw new LabFailure(failure.Message + "\n" + string.Join('\n', said), failure);
        }
    }

    private static async Task RulesAsync(Stage stage, CancellationToken cancel)
    {
        var count = 0;
        await Patience.UntilAsync("every rule was evaluated", Limit, cancel, async () =>
        {
            var text = await AskAsync(stage, "/api/v1/rules", cancel);
            if (text.Length == 0)
            {
                return false;
            }

            using var told = JsonDocument.Parse(text);
            var rules = told.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
            var wrong = rules.FirstOrDefault(rule => rule.GetProperty("health").GetString() == "err");
            count = rules.Count;
            return wrong.ValueKind == JsonValueKind.Object
                ? throw new LabFailure($"rule {wrong.GetProperty("name")}: {wrong.GetProperty("lastError")}")
                : count > 0 && rules.TrueForAll(rule => rule.GetProperty("health").GetString() == "ok");
        }, TimeSpan.FromSeconds(2));
        stage.Note($"{count} rules evaluated without an error");
        using var alerts = JsonDocument.Parse(await AskAsync(stage, "/api/v1/alerts", cancel));
        var firing = alerts.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .Where(alert => alert.GetProperty("state").GetString() == "firing").Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()).ToList();
        Stage.Require(firing.Count == 0, $"a healthy cluster fires {string.Join(", ", firing)}");
    }

    private static async Task<double?> QueryAsync(Stage stage, string query, CancellationToken cancel)
    {
        var text = await AskAsync(stage, "/api/v1/query?query=" + Uri.EscapeDataString(query), cancel);
        if (text.Length == 0)
        {
            return null;
        }

        using var told = JsonDocument.Parse(text);
        var result = told.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().FirstOrDefault();
        return result.ValueKind == JsonValueKind.Object
            ? double.Parse(result.GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>Empty while Prometheus does not answer: it says 503 until it is ready.</summary>
    private static async Task<string> AskAsync(Stage stage, string route, CancellationToken cancel) =>
        (await Shell.RunAsync(stage.Cluster.Network.Inside("curl", "-sgf", "--max-time", "10", $"http://{Address}{route}"), TimeSpan.FromSeconds(20), cancel)).Output;
}
