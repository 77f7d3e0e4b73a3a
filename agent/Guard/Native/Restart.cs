namespace NodeAgent.Guard.Native;

/// <summary>Puts a program in the place of this one; the process stays the same, and so do the descriptors it is given.</summary>
internal static unsafe class Restart
{
    /// <summary>Returns only if it failed.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">The first is its name.</param>
    public static void Into(string path, string[] arguments)
    {
        var texts = new byte[arguments.Length][];
        var pointers = GC.AllocateArray<nint>(arguments.Length + 1, pinned: true);
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = GC.AllocateArray<byte>(CString.Of(arguments[i]).Length, pinned: true);
            CString.Of(arguments[i]).CopyTo(texts[i], 0);
            fixed (byte* text = texts[i])
            {
                pointers[i] = (nint)text;
            }
        }

        fixed (byte* program = CString.Of(path))
        fixed (nint* list = pointers)
        {
            _ = LibC.execv(program, (byte**)list);
        }
    }

    /// <summary>Lets the next program have a descriptor; or not after all.</summary>
    public static void Pass(int descriptor, bool pass) => _ = LibC.fcntl(descriptor, LibC.SetDescriptorFlags, pass ? 0 : 1);

    /// <summary>For the next program: .NET's own environment is a copy that it would not see.</summary>
    public static void SetVariable(string name, string value)
    {
        fixed (byte* key = CString.Of(name))
        fixed (byte* text = CString.Of(value))
        {
            _ = LibC.setenv(key, text, 1);
        }
    }
}
