using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>
/// Tells the folder of the units from the empty mount point below it, and from a folder of another node: a file in the
/// folder and one in the backend's own state name the same mark.
/// </summary>
internal sealed class RootMark(string root, BackendContext context, Disk disk)
{
    private const string FileName = ".nodeagent-root";
    private static readonly Lock Turn = new();
    private readonly string inRoot = Path.Combine(root, FileName);
    private readonly string inState = Path.Combine(context.StateDirectory, "root-mark");

    /// <summary>Null if the folder is the one that was used before, or none was. Looks at the disk each time: a folder can be unmounted any time.</summary>
    public Fault? Check(string what)
    {
        var known = Read(inState);
        var found = Read(inRoot);
        if (known is null)
        {
            return found is null || NodeOf(found) == context.Node.Value ? null : new Fault(
                FaultCode.InUse, what, $"{root} belongs to node '{NodeOf(found)}', this is '{context.Node}'",
                $"Let each node have a folder of its own. If the disk was moved here for good, delete {inRoot}.", Retry.AfterFix);
        }

        return found == known ? null : new Fault(
            FaultCode.DataPathUnavailable, what,
            found is null ? $"{root} is not the folder with the units of this node: its mark {FileName} is missing" : $"{root} is another folder than before: its mark differs",
            $"Mount the right file system there. If you chose a new folder on purpose, delete {inState}.", Retry.AfterFix);
    }

    /// <summary>Marks the folder before its first unit is made; the folder's own mark comes first, so that a cut between the two is mended by asking again.</summary>
    public void Set()
    {
        lock (Turn)
        {
            if (Read(inState) is not null)
            {
                return;
            }

            var mark = Read(inRoot);
            if (mark is null)
            {
                mark = $"{context.Node}\n{Guid.NewGuid()}\n";
                disk.Replace(inRoot, System.Text.Encoding.UTF8.GetBytes(mark));
            }

            disk.MakeFolder(context.StateDirectory);
            disk.Replace(inState, System.Text.Encoding.UTF8.GetBytes(mark));
        }
    }

    private static string NodeOf(string mark) => mark.Split('\n')[0];

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
