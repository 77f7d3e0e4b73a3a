using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Targets;

/// <summary>What both sides of a connection prove themselves with. The same on both nodes.</summary>
/// <param name="Writer">By what the writer proves itself to the targets.</param>
/// <param name="Target">By what a target proves itself to the writer; null: it does not.</param>
internal sealed record Secrets(string Writer, string? Target)
{
    public static Outcome<Secrets> Read(MirrorOptions options)
    {
        var writer = SecretFile.Read(options.KeyFile);
        var target = writer.IsOk && options.TargetKeyFile is { } file ? SecretFile.Read(file) : default(Outcome<string>?);
        return !writer.IsOk ? writer.Fault
            : target is { IsOk: false } unread ? unread.Fault
            : target is { IsOk: true } read && read.Value == writer.Value
                ? Faults.Mend("cannot read the secrets of the NVMe connections", $"{options.KeyFile} and {options.TargetKeyFile} hold the same secret: who knows one side's could answer for the other", $"Make another for {options.TargetKeyFile}: 'nvme gen-dhchap-key --hmac=1'; the same file on both nodes, mode 600.")
            : new Secrets(writer.Value, target?.Value);
    }
}
