using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>The bearer token. Read for each call and kept nowhere; no text that leaves here has any of it.</summary>
internal static class TokenFile
{
    private const int MostBytes = 8192;
    private const UnixFileMode Strangers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;

    public static Outcome<string> Read(string file, string what)
    {
        try
        {
            if ((File.GetUnixFileMode(file) & Strangers) != UnixFileMode.None)
            {
                return Faults.Mend(what, $"{file} can be read by everybody or changed by a group", $"'chmod 0600 {file}', and have a new token made: this one may be known.");
            }

            if (new FileInfo(file).Length > MostBytes)
            {
                return Faults.Mend(what, $"{file} is too long for a token", "Put the token in it and nothing else.");
            }

            var token = File.ReadAllText(file).Trim();
            return token.Length > 0 && token.All(letter => letter is > ' ' and < '\x7f') ? token
                : Faults.Mend(what, $"{file} does not hold one token", "Put the token in it and nothing else.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faults.Mend(what, $"{file} cannot be read ({e.GetType().Name})", "Correct option 'token_file', or put the file there.");
        }
    }
}
