namespace NodeAgent.Contract;

/// <summary>A program that ran to its end.</summary>
/// <param name="ExitCode">Its exit code. Not 0 is a result, not a fault: the plugin knows what it means.</param>
/// <param name="Output">Standard output, as UTF-8.</param>
/// <param name="ErrorOutput">Standard error, as UTF-8, cut to 64 KiB.</param>
/// <param name="InputBytes">Bytes fed to standard input.</param>
/// <param name="OutputBytes">Bytes read from standard output.</param>
public sealed record CommandResult(int ExitCode, string Output, string ErrorOutput, long InputBytes, long OutputBytes);
