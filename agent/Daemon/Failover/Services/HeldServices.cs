using System.Collections.Concurrent;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>
/// What services consisted of when they were opened here, on disk until they are closed. Services run on while an agent is replaced:
/// one that starts with another configuration still stops and closes what really runs, and calls nothing closed because it does
/// not know it.
/// </summary>
internal sealed class HeldServices
{
    private readonly string? folder;
    private readonly string boot;
    private readonly IReadOnlyDictionary<string, RunnableService> configured;
    private readonly ConcurrentDictionary<string, RunnableService> held = new(StringComparer.Ordinal);

    /// <summary>Nothing is held.</summary>
    /// <param name="folder">Where it is kept; null: nowhere.</param>
    /// <param name="boot">This boot.</param>
    /// <param name="configured">What may run here now.</param>
    public HeldServices(string? folder, string boot, IReadOnlyDictionary<string, RunnableService> configured)
    {
        this.folder = folder;
        this.boot = boot;
        this.configured = configured;
    }

    /// <summary>All that may run here and all that an earlier agent left running, as it is stopped and closed.</summary>
    public IReadOnlyList<RunnableService> All =>
        [.. configured.Where(service => !held.ContainsKey(service.Key)).Select(service => service.Value), .. held.Values];

    /// <summary>
    /// All that could be open here: what an earlier agent left running also as it is configured now, for a unit that the service
    /// got since may be open by itself.
    /// </summary>
    public IReadOnlyList<RunnableService> Possible => [.. configured.Values.Union(held.Values)];

    /// <summary>Each unit that is held, with its service.</summary>
    public IEnumerable<KeyValuePair<UnitId, string>> Units =>
        held.Values.SelectMany(service => service.Units.Select(unit => KeyValuePair.Create(unit, service.Name)));

    /// <summary>Finds what an earlier agent of this boot noted. A note that cannot be read is a fault: what it told of may be running.</summary>
    /// <param name="make">Makes a service of an earlier configuration into what can be stopped.</param>
    public Outcome Load(Func<ServiceConfig, RunnableService> make)
    {
        if (folder is null)
        {
            return Outcome.Done;
        }

        try
        {
            return LoadAll(folder, make);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            return new Fault(
                FaultCode.Unparseable, $"cannot read the notes of services that were opened here, {folder}", bad.Message,
                "Mend what keeps them from being read; systemd starts the agent again. What they tell of may be running: nothing is taken until then.", Retry.AfterFix);
        }
    }

    private Outcome LoadAll(string notes, Func<ServiceConfig, RunnableService> make)
    {
        Directory.CreateDirectory(notes, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(notes, "*.json"))
        {
            var content = File.ReadAllBytes(file);
            if (IsOfAnotherBoot(content))
            {
                AtomicFile.Delete(file);
                continue;
            }

            var note = WireJson.Read<HeldService>(content, $"note of a service that was opened here, {file}");
            if (!note.IsOk)
            {
                return note.Fault with { NextStep = "Stop what runs of that service on this node, delete the file, and restart the agent." };
            }

            var before = make(note.Value.Service);
            held[before.Name] = configured.GetValueOrDefault(before.Name) is { } now && IsSame(before, now) ? now : before;
        }

        return Outcome.Done;
    }

    // Whatever else another agent noted: what ran before a boot does not run, and must not keep this agent from starting.
    private bool IsOfAnotherBoot(byte[] content)
    {
        try
        {
            using var note = JsonDocument.Parse(content);
            return note.RootElement.ValueKind == JsonValueKind.Object && note.RootElement.TryGetProperty("boot", out var said)
                && said.ValueKind == JsonValueKind.String && said.GetString() != boot;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The service as it is stopped and closed; null if this node neither knows it nor ever opened it.</summary>
    public RunnableService? Find(string service) => held.GetValueOrDefault(service) ?? configured.GetValueOrDefault(service);

    /// <summary>True if it was opened here and is not closed yet.</summary>
    public bool IsHeld(string service) => held.ContainsKey(service);

    /// <summary>What runs here if it is not what is configured now; null if it is, or if nothing runs.</summary>
    public RunnableService? Outdated(string service) => held.GetValueOrDefault(service) is { } before
        && (configured.GetValueOrDefault(service) is not { } now || !IsSame(before, now)) ? before : null;

    /// <summary>Notes what the service consists of, before anything of it is opened. A fault: it must not be opened.</summary>
    public Outcome Keep(RunnableService service)
    {
        var noted = held.ContainsKey(service.Name) || folder is null || service.Definition is not { } definition
            ? Outcome.Done
            : AtomicFile.Write(PathOf(service.Name), JsonSerializer.SerializeToUtf8Bytes(new HeldService(boot, definition), WireJson.Compact));
        if (noted.IsOk)
        {
            held[service.Name] = service;
        }

        return noted;
    }

    /// <summary>Everything of the service is stopped and closed.</summary>
    public void Forget(string service)
    {
        if (held.TryRemove(service, out _) && folder is not null)
        {
            // One that stays is read by the next agent of this boot, which closes what is closed already.
            _ = AtomicFile.Delete(PathOf(service));
        }
    }

    private string PathOf(string service) => Path.Combine(folder!, $"{service}.json");

    private static bool IsSame(RunnableService one, RunnableService other) => ReferenceEquals(one, other) || Text(one) == Text(other);

    // Limits and places may change while it runs.
    private static string Text(RunnableService service) => service.Definition is not { } definition ? "" : JsonSerializer.Serialize(
        new { definition.Units, Parts = definition.Parts.Select(part => new { part.Name, part.Kind, part.What, Parameters = part.Parameters.OrderBy(entry => entry.Key, StringComparer.Ordinal) }) },
        WireJson.Compact);
}
