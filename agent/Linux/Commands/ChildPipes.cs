using Microsoft.Win32.SafeHandles;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Commands;

/// <summary>The pipes between us and a child that is about to be started.</summary>
internal sealed class ChildPipes : IDisposable
{
    private const int LargeBytes = 1024 * 1024;
    private readonly List<SafeFileHandle> opened = [];

    private ChildPipes()
    {
    }

    /// <summary>Ours and the child's end; null if the child reads from nothing.</summary>
    public (SafeFileHandle Child, SafeFileHandle Ours)? Input { get; private set; }

    public (SafeFileHandle Ours, SafeFileHandle Child) Output { get; private set; }

    public (SafeFileHandle Ours, SafeFileHandle Child) Error { get; private set; }

    /// <summary>Opens them; null if there are no descriptors left.</summary>
    public static ChildPipes? Open(bool withInput, bool largeOutput)
    {
        var pipes = new ChildPipes();
        var input = withInput ? pipes.Add() : null;
        if (pipes.Add() is not { } output || pipes.Add() is not { } error || (withInput && input is null))
        {
            pipes.Dispose();
            return null;
        }

        (pipes.Output, pipes.Error, pipes.Input) = (output, error, input);

        // Fewer wake-ups for streams. Not granted beyond a user's limit: then it is merely slower.
        if (largeOutput)
        {
            _ = LibC.fcntl(output.Read, LibC.SetPipeSize, LargeBytes);
        }

        if (input is { } large)
        {
            _ = LibC.fcntl(large.Read, LibC.SetPipeSize, LargeBytes);
        }

        return pipes;
    }

    /// <summary>Our ends as reader and writers of a started child; its own ends are closed here.</summary>
    public Child Attach(int pid, SafeFileHandle pidfd)
    {
        Input?.Child.Dispose();
        Output.Child.Dispose();
        Error.Child.Dispose();
        return new Child(
            pid,
            pidfd,
            Input is { } input ? new PipeWriter(input.Ours) : null,
            new PipeReader(Output.Ours),
            new PipeReader(Error.Ours));
    }

    public void Dispose() => opened.ForEach(handle => handle.Dispose());

    private (SafeFileHandle Read, SafeFileHandle Write)? Add()
    {
        var pipe = Descriptor.Pipe();
        if (pipe is { } ends)
        {
            opened.AddRange([ends.Read, ends.Write]);
        }

        return pipe;
    }
}
