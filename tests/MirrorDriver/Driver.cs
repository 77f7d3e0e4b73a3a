using System.Net.Sockets;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Cluster.Notes;
using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Commands;
using NodeAgent.Plugins.NvmeMirrorBackend;

namespace NodeAgent.MirrorDriver;

/// <summary>
/// Stands in for the agent in the lab: the plugin with the real command runner, clock and cluster store. Does the upkeep
/// every second and what it is told over a socket, a line each. The scenario is what decides who writes.
/// </summary>
internal sealed class Driver(DriverSettings settings)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly TimeProvider time = new BootTimeProvider();
    private readonly ConsoleLog log = new();

    public async Task<int> RunAsync()
    {
        Directory.CreateDirectory(settings.State);
        var options = new EtcdOptions(settings.Store) { TryTimeout = TimeSpan.FromSeconds(2), Deadline = TimeSpan.FromSeconds(6) };
        await using var store = new EtcdStore(options, time, () => 0.5);
        var id = new BackendId(settings.Backend);
        var context = new BackendContext(id, new NodeId(settings.Node), settings.Options, settings.State, new CommandRunner(new CommandRunnerOptions(), time), time, log)
        {
            Notes = new StoreNotes(store, id),
        };
        var made = new MirrorBackendFactory().Create(context);
        if (!made.IsOk)
        {
            log.Write(Severity.Error, made.Fault.ToString());
            return 1;
        }

        await using var backend = made.Value;
        var orders = new Orders(backend, new UnitId(id, settings.Options["pool"]), new NodeId(settings.Node));
        await Task.WhenAll(KeepAsync(backend.Ability<IUpkeep>()!), ServeAsync(orders));
        return 0;
    }

    private async Task KeepAsync(IUpkeep upkeep)
    {
        using var timer = new PeriodicTimer(Every, time);
        var last = "";
        while (await timer.WaitForNextTickAsync())
        {
            var kept = await upkeep.KeepAsync(CancellationToken.None);
            var now = kept.Fault?.ToString() ?? "";
            if (now != last)
            {
                log.Write(Severity.Information, now.Length == 0 ? "upkeep: all is well" : $"upkeep: {now}");
                last = now;
            }
        }
    }

    private async Task ServeAsync(Orders orders)
    {
        File.Delete(settings.Socket);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(settings.Socket));
        listener.Listen();
        log.Write(Severity.Information, "ready");
        while (true)
        {
            var caller = await listener.AcceptAsync();
            _ = AnswerAsync(caller, orders);
        }
    }

    private async Task AnswerAsync(Socket caller, Orders orders)
    {
        await using var stream = new NetworkStream(caller, ownsSocket: true);
        using var reader = new StreamReader(stream, leaveOpen: true);
        await using var writer = new StreamWriter(stream);
        if (await reader.ReadLineAsync() is { } order)
        {
            var began = time.GetTimestamp();
            string answer;
            try
            {
                answer = await orders.CarryOutAsync(order.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
#pragma warning disable CA1031 // Whatever it was: the lab has to see it.
            catch (Exception bug)
#pragma warning restore CA1031
            {
                answer = $"Internal: {bug.ToString().ReplaceLineEndings(" ")}";
            }

            var text = $"{answer} [{time.GetElapsedTime(began).TotalSeconds:F1} s]";
            log.Write(Severity.Information, $"{order}: {text}");
            await writer.WriteLineAsync(text);
        }
    }
}
