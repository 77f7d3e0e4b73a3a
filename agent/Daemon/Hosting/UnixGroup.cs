using System.Runtime.InteropServices;

namespace NodeAgent.Daemon.Hosting;

/// <summary>The group that may read the local API.</summary>
internal static partial class UnixGroup
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The user this agent runs as.</summary>
    public static uint OwnUser => GetEffectiveUser();

    /// <summary>A group's number; null if there is none of that name. Reads /etc/group: the agent's group is local.</summary>
    public static uint? Find(string name)
    {
        foreach (var fields in File.ReadLines("/etc/group").Select(line => line.Split(':')))
        {
            if (fields.Length > 2 && fields[0] == name && uint.TryParse(fields[2], out var number))
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>Lets a group use a socket; who may do what is decided for each request.</summary>
    public static void Share(string socket, uint? group)
    {
        // Without the rights to do so, or without the group, the socket is the owner's alone.
        if (group is { } number && ChangeOwner(socket, uint.MaxValue, number) == 0)
        {
            File.SetUnixFileMode(socket, OwnerAndGroup);
        }
        else
        {
            File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
