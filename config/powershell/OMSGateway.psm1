# The cmdlets of the Log Analytics gateway, for PowerShell 5.1 and 7: each forwards to the command oms-gateway, which
# understands the same names and parameters. $env:OMS_GATEWAY_COMMAND names the command where it is not on the path.

Set-StrictMode -Version 2.0

function Invoke-GatewayCommand {
    param([string[]] $Words)
    $command = if ($env:OMS_GATEWAY_COMMAND) { $env:OMS_GATEWAY_COMMAND } else { 'oms-gateway' }
    & $command @Words
    if ($LASTEXITCODE -ne 0) { throw "oms-gateway ended with exit code $LASTEXITCODE" }
}

# Windows PowerShell drops an empty argument on the way to a program; the colon form carries it.
function Get-GatewayWords {
    param([string] $Cmdlet, [System.Collections.IDictionary] $Bound)
    $words = @($Cmdlet)
    foreach ($name in $Bound.Keys) {
        $value = $Bound[$name]
        if ($value -is [switch]) { if ($value.IsPresent) { $words += "-$name" } }
        else { $words += "-${name}:$value" }
    }
    return , $words
}

function Get-OMSGatewayConfig {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [Alias('Name')] [string] $Key, [switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Get-OMSGatewayConfig' $PSBoundParameters)
}

function Set-OMSGatewayConfig {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [Alias('Name')] [string] $Key,
        [Parameter(Mandatory, Position = 1)] [AllowEmptyString()] [string] $Value,
        [switch] $Force
    )
    Invoke-GatewayCommand (Get-GatewayWords 'Set-OMSGatewayConfig' $PSBoundParameters)
}

function Get-OMSGatewayRelayProxy {
    [CmdletBinding()]
    param([switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Get-OMSGatewayRelayProxy' $PSBoundParameters)
}

# The reference's documentation has this name as well, in its chapter on the silent installation.
function Get-OMSGatewayRelay {
    [CmdletBinding()]
    param([switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Get-OMSGatewayRelay' $PSBoundParameters)
}

# A password goes through the environment of the one call, where other users cannot read it, and not as an argument.
function Set-OMSGatewayRelayProxy {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [AllowEmptyString()] [string] $Address,
        [Parameter(Position = 1)] [string] $Username,
        [Parameter(Position = 2)] $Password,
        [switch] $Force
    )
    $bound = @{ Address = $Address }
    if ($Username) { $bound['Username'] = $Username }
    $plain = $Password
    if ($Password -is [securestring]) { $plain = (New-Object PSCredential 'x', $Password).GetNetworkCredential().Password }
    if (-not $plain) { Invoke-GatewayCommand (Get-GatewayWords 'Set-OMSGatewayRelayProxy' $bound); return }
    $before = $env:OMS_GATEWAY_RELAY_PROXY_PASSWORD
    try {
        $env:OMS_GATEWAY_RELAY_PROXY_PASSWORD = "$plain"
        Invoke-GatewayCommand (Get-GatewayWords 'Set-OMSGatewayRelayProxy' $bound)
    }
    finally { $env:OMS_GATEWAY_RELAY_PROXY_PASSWORD = $before }
}

function Get-OMSGatewayAllowedHost {
    [CmdletBinding()]
    param([switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Get-OMSGatewayAllowedHost' $PSBoundParameters)
}

# $Host belongs to PowerShell, so the parameter has another name inside; -Host works as documented.
function Add-OMSGatewayAllowedHost {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [Alias('Host', 'Name')] [string] $HostName, [switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Add-OMSGatewayAllowedHost' $PSBoundParameters)
}

function Remove-OMSGatewayAllowedHost {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [Alias('Host', 'Name')] [string] $HostName, [switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Remove-OMSGatewayAllowedHost' $PSBoundParameters)
}

function Get-OMSGatewayAllowedClientCertificate {
    [CmdletBinding()]
    param([switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Get-OMSGatewayAllowedClientCertificate' $PSBoundParameters)
}

function Add-OMSGatewayAllowedClientCertificate {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [Alias('Name')] [string] $Subject, [switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Add-OMSGatewayAllowedClientCertificate' $PSBoundParameters)
}

function Remove-OMSGatewayAllowedClientCertificate {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [Alias('Name')] [string] $Subject, [switch] $Force)
    Invoke-GatewayCommand (Get-GatewayWords 'Remove-OMSGatewayAllowedClientCertificate' $PSBoundParameters)
}

Export-ModuleMember -Function '*-OMSGateway*'
