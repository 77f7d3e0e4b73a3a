using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>
/// What failover costs while nothing happens: three agents and their etcd, a service with a unit on the first, two units more, all with
/// copies on both others. Told for each agent and member: processor time, changes of threads (on a machine that is short of
/// processors, or emulated, they are what counts), and what the store is asked.
/// </summary>
/// <param name="stall">S, in seconds.</param>
internal sealed class ClusterAtRest(int stall) : IBenchmark
{
    private const int Units = 3;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    public string Name => $"cluster-at-rest-{stall}s";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        await using var store = EtcdTrio.Start(folder.Path);
        await using var first = await StartAsync(folder, store, 1);
        await using var second = await StartAsync(folder, store, 2);
        await using var third = await StartAsync(folder, store, 3);
        await AgentProcess.JoinAsync(first, second, third);
        for (var unit = 0; unit < Units; unit++)
        {
            AgentProcess.Good(await first.Client.PostAsync<VolumeReport>(
                "v1/volumes",
                new VolumeOrder(null, $"unit-{unit}", "data", VolumeKind.Block, 1 << 20, "", new Dictionary<string, string>(), ["n2", "n3"], 60),
                CancellationToken.None));
        }

        await WaitForServiceAsync(first);
        say($"S = {stall} s, the service runs; settling {Settling.TotalSeconds:0} s, then measuring {Window.TotalSeconds:0} s");
        await Task.Delay(Settling);
        return await MeasureAsync(store, first.Pid, [second.Pid, third.Pid]);
    }

    private Task<AgentProcess> StartAsync(WorkFolder folder, EtcdTrio store, int number) => AgentProcess.StartAsync(folder.Path, number, $$"""
        store: { endpoints: [{{string.Join(", ", store.Endpoints.Select(endpoint => $"\"{endpoint.GetLeftPart(UriPartial.Authority)}\""))}}] }
        failover: { stall: {{stall}}s, guard: {{folder["no-guard"]}} }
        services:
          - { name: web, units: ["local:unit-0"], nodes: [n1, n2, n3] }
        """);

    private static async Task WaitForServiceAsync(AgentProcess agent)
    {
        for (var glance = 0; glance < 200; glance++)
        {
            var services = await agent.Client.GetAsync<ServicesReport>("v1/services", CancellationToken.None);
            if (services.IsOk && services.Value.Services.Any(service => service.State == "running"))
            {
                return;
            }

            await Task.Delay(200);
        }

        throw new CannotRunException("the service did not run within 40 s");
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(EtcdTrio store, int owner, IReadOnlyList<int> others)
    {
        int[] all = [owner, .. others, .. store.Pids];
        var begin = TimeProvider.System.GetTimestamp();
        var before = all.ToDictionary(pid => pid, Cost);
        var asked = await store.CountAsync();
        await Task.Delay(Window);
        var answered = await store.CountAsync();
        var seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        var spent = all.ToDictionary(pid => pid, pid => Spent(before[pid], Cost(pid), seconds));
        return
        [
            .. Both("owner-agent", [owner]), .. Both("other-agents", others), .. Both("etcd-members", store.Pids),
            Figure.Alone($"{Name}.store-requests", (answered.Requests - asked.Requests) / seconds, "1/s"),
            Figure.Alone($"{Name}.store-writes", (answered.Writes - asked.Writes) / seconds, "1/s"),
            Figure.Alone($"{Name}.owner-agent-rss", ProcessCost.ResidentMiB(owner), "MiB"),
        ];

        IEnumerable<Figure> Both(string who, IReadOnlyList<int> pids) =>
        [
            Figure.Alone($"{Name}.{who}-cpu", 100 * pids.Average(pid => spent[pid].Cpu), "%"),
            Figure.Alone($"{Name}.{who}-switches", pids.Average(pid => spent[pid].Switches), "1/s"),
        ];
    }

    private static (double Cpu, IReadOnlyDictionary<string, long> Switches) Cost(int pid) => (ProcessCost.CpuSeconds(pid), ProcessCost.Switches(pid));

    // A thread that ended meanwhile is left out.
    private static (double Cpu, double Switches) Spent(
        (double Cpu, IReadOnlyDictionary<string, long> Switches) before, (double Cpu, IReadOnlyDictionary<string, long> Switches) after, double seconds) =>
        ((after.Cpu - before.Cpu) / seconds, after.Switches.Sum(thread => thread.Value - before.Switches.GetValueOrDefault(thread.Key)) / seconds);
}
