using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>
/// Says on disk that the agent itself took the connection away, and has to bring it back after a kill. A resource that parted
/// from its peer for another reason, such as two histories, is left alone.
/// </summary>
internal sealed class PartedMark(string folder, string resource)
{
    private readonly string file = Path.Combine(folder, $"parted-{resource}");

    public bool IsSet => File.Exists(file);

    public Outcome Set() => Try(() => File.WriteAllBytes(file, []));

    public Outcome Clear() => Try(() => File.Delete(file));

    private Outcome Try(Action action)
    {
        try
        {
            action();
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faults.Data($"cannot keep {file}", e.Message, "Mend the backend's state folder.");
        }
    }
}
