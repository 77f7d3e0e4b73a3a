namespace NodeAgent.Guard.Native;

/// <summary>What lies at a path.</summary>
internal enum FileKind
{
    Nothing,
    Character,
    Pipe,
    Socket,
    Other,
}
