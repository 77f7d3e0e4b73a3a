using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>Says on this node's disk what the agent has begun with a resource and must not forget, killed or without power.</summary>
/// <param name="file">The mark: set while it is there.</param>
internal sealed class ResourceMark(string file)
{
    /// <summary>The file, for people.</summary>
    public string File => file;

    public bool IsSet => System.IO.File.Exists(file);

    public Outcome Set() => Try(() => Durable.Make(file));

    public Outcome Clear() => Try(() => Durable.Remove(file));

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
