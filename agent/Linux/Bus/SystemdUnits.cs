using System.Runtime.CompilerServices;
using System.Threading.Channels;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Bus;

/// <summary>
/// systemd's units. A start or stop ends with what became of systemd's job; a stop is <see cref="Outcome.Done"/> only
/// when the unit is down and its control group is empty. Everything is idempotent and may be called at the same time.
/// </summary>
public sealed class SystemdUnits(SystemBus bus)
{
    private readonly SystemdJobs jobs = new(bus);

    internal TimeProvider Time => bus.Time;

    /// <summary>How systemd sees a unit. One that does not exist is a state too (<see cref="UnitState.IsMissing"/>).</summary>
    public async Task<Outcome<UnitState>> StateAsync(string unit, TimeSpan deadline, CancellationToken cancellation)
    {
        var countdown = new Countdown(bus.Time, deadline);
        var path = await PathAsync(unit, deadline, cancellation);
        if (!path.IsOk)
        {
            return path.Fault;
        }

        // All interfaces at once: Result belongs to the unit's type, the rest to every unit.
        var call = new BusCall(SystemdNames.Destination, path.Value, SystemdNames.Properties, "GetAll", writer => writer.Text(string.Empty));
        return await bus.CallAsync(call, reader => ReadState(unit, reader), countdown.Left, cancellation);
    }

    /// <summary>The processes in the unit's control group; empty if there is no such group.</summary>
    public Task<Outcome<IReadOnlyList<UnitProcess>>> ProcessesAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        bus.CallAsync(SystemdNames.Call("GetUnitProcesses", unit), ReadProcesses, deadline, cancellation);

    /// <summary>What systemd is about to do with a unit: start, stop, restart and so on; null: nothing.</summary>
    public Task<Outcome<string?>> JobOfAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        bus.CallAsync(SystemdNames.Call("ListJobs"), reader => ReadJob(unit, reader), deadline, cancellation);

    /// <summary>Starts a unit and waits until systemd says that it is started.</summary>
    public Task<Outcome> StartAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        jobs.RunAsync(SystemdNames.Call("StartUnit", unit, "replace"), unit, deadline, cancellation);

    /// <summary>Stops and starts a unit.</summary>
    public Task<Outcome> RestartAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        jobs.RunAsync(SystemdNames.Call("RestartUnit", unit, "replace"), unit, deadline, cancellation);

    /// <summary>
    /// Stops a unit: in an orderly way until <paramref name="killAfter"/>, then by SIGKILL. Zero kills at once, before
    /// anything else, so that a frozen unit never runs again; an orderly stop thaws it. Done only if nothing of it is left.
    /// </summary>
    public Task<Outcome> StopAsync(string unit, TimeSpan killAfter, TimeSpan deadline, CancellationToken cancellation) =>
        new UnitStop(bus, this, jobs, unit).RunAsync(killAfter, deadline, cancellation);

    /// <summary>Stops all of a unit's processes where they are. Done if it is frozen already.</summary>
    public async Task<Outcome> FreezeAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        (await bus.CallAsync(SystemdNames.Call("FreezeUnit", unit), static _ => true, deadline, cancellation)).WithoutValue();

    /// <summary>Lets a frozen unit run on. Done if it runs already.</summary>
    public async Task<Outcome> ThawAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        (await bus.CallAsync(SystemdNames.Call("ThawUnit", unit), static _ => true, deadline, cancellation)).WithoutValue();

    /// <summary>Sends a signal to every process of a unit. Done says that it was sent, not what came of it.</summary>
    public async Task<Outcome> KillAsync(string unit, int signal, TimeSpan deadline, CancellationToken cancellation)
    {
        var call = new BusCall(
            SystemdNames.Destination,
            SystemdNames.ManagerPath,
            SystemdNames.Manager,
            "KillUnit",
            writer => writer.Text(unit).Text("all").Int32(signal));
        return (await bus.CallAsync(call, static _ => true, deadline, cancellation)).WithoutValue();
    }

    /// <summary>Clears "failed" and the count of starts, so that systemd's own start limit does not stand in the way.</summary>
    public async Task<Outcome> ResetFailedAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        (await bus.CallAsync(SystemdNames.Call("ResetFailedUnit", unit), static _ => true, deadline, cancellation)).WithoutValue();

    /// <summary>
    /// The unit's state now and after every change of it; changes close together come as one. Ends with a fault when the
    /// bus is lost: what happened since is unknown, so listen again.
    /// </summary>
    public async IAsyncEnumerable<Outcome<UnitState>> WatchAsync(
        string unit, TimeSpan deadline, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = await PathAsync(unit, deadline, cancellation);
        if (!path.IsOk)
        {
            yield return path.Fault;
            yield break;
        }

        var ticks = Channel.CreateBounded<Fault?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var connection = bus.Connection();
        using var listening = connection.Listen(SystemdNames.ChangesOf(path.Value), _ => ticks.Writer.TryWrite(null));
        _ = await jobs.SubscribeAsync(connection, deadline, cancellation);
        _ = connection.Lost.ContinueWith(_ => ticks.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        UnitState? last = null;
        while (true)
        {
            var state = await StateAsync(unit, deadline, cancellation);
            if (!state.IsOk || connection.Lost.IsCompleted)
            {
                yield return state.IsOk ? await connection.Lost : state;
                yield break;
            }

            if (state.Value != last)
            {
                last = state.Value;
                yield return state;
            }

            if (await ticks.Reader.WaitToReadAsync(cancellation))
            {
                _ = ticks.Reader.TryRead(out _);
            }
        }
    }

    /// <summary>LoadUnit, for GetUnit knows only units that somebody uses.</summary>
    private Task<Outcome<string>> PathAsync(string unit, TimeSpan deadline, CancellationToken cancellation) =>
        bus.CallAsync(SystemdNames.Call("LoadUnit", unit), static reader => reader.ObjectPath(), deadline, cancellation);

    private static IReadOnlyList<UnitProcess> ReadProcesses(BusReader reader)
    {
        List<UnitProcess> processes = [];
        reader.Array("(sus)", () => reader.Inside('r', "sus", () =>
        {
            _ = reader.Text();
            processes.Add(new UnitProcess(reader.UInt32(), reader.Text()));
        }));
        return processes;
    }

    private static string? ReadJob(string unit, BusReader reader)
    {
        string? found = null;
        reader.Array("(usssoo)", () => reader.Inside('r', "usssoo", () =>
        {
            _ = reader.UInt32();
            var name = reader.Text();
            var type = reader.Text();
            reader.Skip();
            reader.Skip();
            reader.Skip();
            found = name == unit ? type : found;
        }));
        return found;
    }

    private static UnitState ReadState(string unit, BusReader reader)
    {
        Dictionary<string, string> texts = [];
        reader.Array("{sv}", () => reader.Inside('e', "sv", () =>
        {
            var name = reader.Text();
            if (name is "LoadState" or "ActiveState" or "SubState" or "Result" or "FreezerState")
            {
                texts[name] = reader.TextVariant() ?? string.Empty;
            }
            else
            {
                reader.Skip();
            }
        }));
        string Find(string name) => texts.GetValueOrDefault(name, string.Empty);
        return new UnitState(unit, Find("LoadState"), Find("ActiveState"), Find("SubState"), Find("Result"), Find("FreezerState"));
    }
}
