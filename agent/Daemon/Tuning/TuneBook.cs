using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Tuning;

/// <summary>
/// The records in the state folder: the profile that is kept over reboots, and one that is only tried by a benchmark.
/// Each is replaced atomically. One process at a time may change them.
/// </summary>
/// <param name="state">The agent's state folder.</param>
internal sealed class TuneBook(string state)
{
    public const string Kept = "kept.json";
    public const string Trial = "trial.json";

    private string Folder => Path.Join(state, "tune");

    /// <summary>Makes sure that nobody else changes parameters or records. <see cref="FaultCode.Busy"/> if somebody does.</summary>
    public Outcome<FileLock> Take()
    {
        try
        {
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var taken = FileLock.TryTake(Path.Join(Folder, "lock"));
            if (taken.IsOk)
            {
                AtomicFile.RemoveLeftovers(Folder);
            }

            return taken.Fault is { Code: FaultCode.Busy } busy
                ? busy with { What = "cannot tune", NextStep = "Another 'nodeagent tune' or 'nodeagent bench' runs: wait for it or stop it." }
                : taken;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.PermissionDenied, $"cannot use {Folder}", e.Message, "Use sudo.", Retry.AfterFix);
        }
    }

    /// <summary>A record; null if there is none. One that cannot be read is a fault, and stays.</summary>
    public Outcome<TuneRecord?> Read(string name)
    {
        var file = Path.Join(Folder, name);
        try
        {
            var read = WireJson.Read<TuneRecord>(File.ReadAllBytes(file), $"tuning record {file}");
            return read.IsOk
                ? read.Value
                : read.Fault with { NextStep = $"Look at the values yourself ('nodeagent tune plan'), then move {file} away." };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Outcome<TuneRecord?>(value: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.PermissionDenied, $"cannot read {file}", e.Message, "Use sudo.", Retry.AfterFix);
        }
    }

    public Outcome Store(string name, TuneRecord record) =>
        AtomicFile.Write(Path.Join(Folder, name), JsonSerializer.SerializeToUtf8Bytes(record, WireJson.Indented));

    /// <summary>Removes a record for good. That it is not there is fine.</summary>
    public Outcome Remove(string name) => AtomicFile.Delete(Path.Join(Folder, name));
}
