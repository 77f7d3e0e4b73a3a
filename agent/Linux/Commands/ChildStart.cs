using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Commands;

/// <summary>
/// Starts children by posix_spawn: System.Diagnostics.Process cannot give a child its own process group, lets it
/// inherit ignored signals, and takes a thread for each stream.
/// </summary>
internal static unsafe class ChildStart
{
    // Larger than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t of any C library in use.
    private const int OpaqueBytes = 1024;
    private const int FirstForeignDescriptor = 3;

    /// <summary>Starts a program; a fault if the system will not.</summary>
    public static Outcome<Child> Start(string path, string searchPath, Command command)
    {
        if (command.Arguments.Any(argument => argument.Contains('\0')))
        {
            return new Fault(
                FaultCode.InvalidArgument,
                $"cannot run {command.Tool}",
                "an argument contains a NUL character",
                string.Empty,
                Retry.Never);
        }

        if (command.Environment.Any(entry => !IsVariable(entry.Key) || entry.Value.Contains('\0')))
        {
            // The value may be a secret: it is not shown.
            return new Fault(
                FaultCode.InvalidArgument,
                $"cannot run {command.Tool}",
                "a variable of its environment has a name with other than letters, digits and _, or a NUL in its value",
                string.Empty,
                Retry.Never);
        }

        var pipes = ChildPipes.Open(command.Input is not null, command.Output is not null);
        if (pipes is null)
        {
            return StartFault(command, Errno.Last);
        }

        var errno = Spawn(path, searchPath, command, pipes, out var pid);
        if (errno != 0)
        {
            pipes.Dispose();
            return StartFault(command, errno);
        }

        if (Descriptor.Own(LibC.pidfd_open(LibC.PidfdOpen, pid, 0)) is not { } pidfd)
        {
            errno = Errno.Last;
            pipes.Dispose();
            Abandon(pid);
            return StartFault(command, errno);
        }

        return pipes.Attach(pid, pidfd);
    }

    private static bool IsVariable(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static int Spawn(string path, string searchPath, Command command, ChildPipes pipes, out int pid)
    {
        var attributes = stackalloc byte[OpaqueBytes];
        var actions = stackalloc byte[OpaqueBytes];
        _ = LibC.posix_spawnattr_init(attributes);
        _ = LibC.posix_spawn_file_actions_init(actions);
        var program = Strings([path]);
        var arguments = Strings([command.Tool, .. command.Arguments]);
        var environment = Strings(["LC_ALL=C", "PATH=" + searchPath, "HOME=/", .. command.Environment.Select(entry => $"{entry.Key}={entry.Value}")]);
        try
        {
            SetAttributes(attributes);
            SetDescriptors(actions, pipes);
            int started;
            var errno = LibC.posix_spawn(&started, program[0], actions, attributes, arguments, environment);
            pid = started;
            return errno;
        }
        finally
        {
            Free(program);
            Free(arguments);
            Free(environment);
            _ = LibC.posix_spawn_file_actions_destroy(actions);
            _ = LibC.posix_spawnattr_destroy(attributes);
        }
    }

    private static void SetAttributes(byte* attributes)
    {
        // The runtime ignores SIGPIPE; a program that inherits that behaves oddly.
        var signals = stackalloc byte[OpaqueBytes];
        _ = LibC.sigfillset(signals);
        _ = LibC.posix_spawnattr_setsigdefault(attributes, signals);
        _ = LibC.sigemptyset(signals);
        _ = LibC.posix_spawnattr_setsigmask(attributes, signals);
        _ = LibC.posix_spawnattr_setpgroup(attributes, 0);
        const int flags = LibC.SpawnSetProcessGroup | LibC.SpawnSetSignalDefaults | LibC.SpawnSetSignalMask;
        _ = LibC.posix_spawnattr_setflags(attributes, flags);
    }

    private static void SetDescriptors(byte* actions, ChildPipes pipes)
    {
        if (pipes.Input is { } input)
        {
            _ = LibC.posix_spawn_file_actions_adddup2(actions, Number(input.Child), 0);
        }
        else
        {
            fixed (byte* nothing = "/dev/null\0"u8)
            {
                _ = LibC.posix_spawn_file_actions_addopen(actions, 0, nothing, 0, 0);
            }
        }

        _ = LibC.posix_spawn_file_actions_adddup2(actions, Number(pipes.Output.Child), 1);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, Number(pipes.Error.Child), 2);
        fixed (byte* root = "/\0"u8)
        {
            _ = LibC.posix_spawn_file_actions_addchdir_np(actions, root);
        }

        // Everything of ours is close-on-exec; this is for libraries that forget.
        _ = LibC.posix_spawn_file_actions_addclosefrom_np(actions, FirstForeignDescriptor);
    }

    // The pipes live as long as the call, so their numbers stay theirs.
    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static byte** Strings(string[] values)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)values.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < values.Length; i++)
        {
            list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(values[i]);
        }

        return list;
    }

    private static void Free(byte** list)
    {
        for (var i = 0; list[i] is not null; i++)
        {
            Marshal.FreeCoTaskMem((nint)list[i]);
        }

        NativeMemory.Free(list);
    }

    private static void Abandon(int pid)
    {
        _ = LibC.kill(-pid, LibC.Kill);
        var details = stackalloc byte[128];
        _ = LibC.waitid(LibC.WaitPid, pid, details, LibC.WaitExited);
    }

    private static Fault StartFault(Command command, int errno)
    {
        var what = $"cannot start {command.Tool}";
        return errno switch
        {
            Errno.ArgumentsTooLong => new(
                FaultCode.InvalidArgument, what, Errno.Text(errno), "Split the request.", Retry.Never),
            Errno.TooManyFiles or Errno.TooManyOpen or Errno.TryAgain or Errno.OutOfMemory => new(
                FaultCode.Busy, what, Errno.Text(errno), "Raise the limits of the service.", Retry.Later),
            _ => new(
                FaultCode.PermissionDenied, what, Errno.Text(errno), "Reinstall the package that brings it.", Retry.AfterFix),
        };
    }
}
